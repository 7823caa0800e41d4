package io.tesserae.examples.captions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.generation.ImageToTextOptions;
import io.tesserae.pipelines.generation.PromptedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The weights are random and their sentences mean nothing; but what comes in pieces is what comes at once. */
class DescribePicturesTest {

    private static final Path ROOT = Path.of("..", "..");
    private static final Path CAPTIONER =
            ROOT.resolve("testdata").resolve("fixtures").resolve("blip").resolve("caption");
    private static final Path IMAGES = ROOT.resolve("docs").resolve("images");

    @Test
    void thePiecesAreTheSentence() {
        Path scene = IMAGES.resolve("scene.png");
        Path ship = IMAGES.resolve("ship.jpg");
        ImageToTextOptions options = ImageToTextOptions.DEFAULT.withConfig(
                GenerationConfig.DEFAULTS.with(GenerationOption.MAX_NEW_TOKENS, 30));
        List<String> sentences;
        try (var captioner = Pipelines.imageToText(CAPTIONER)) {
            sentences = captioner.caption(List.of(PromptedImage.of(scene), PromptedImage.of(ship)), options).stream()
                    .map(answers -> answers.getFirst().text())
                    .toList();
        }
        Output output = run(CAPTIONER.toString(), scene.toString(), ship.toString());
        assertEquals(0, output.exitCode(), output.err());
        List<String> lines = output.out().lines().toList();
        assertEquals(2, lines.size(), output.out());
        assertTrue(lines.get(0).startsWith("scene.png: " + sentences.get(0)), output.out());
        assertTrue(lines.get(1).startsWith("ship.jpg: " + sentences.get(1)), output.out());
    }

    @Test
    void nonsenseIsRefusedInOneLine() {
        assertEquals(new Output(2, "", "usage: DescribePictures MODEL PICTURE...\n"), run("model"));
        Output noModel = run(IMAGES.toString(), "x.png");
        assertEquals(1, noModel.exitCode());
        assertEquals(1, noModel.err().lines().count(), noModel.err());
        Output noPicture = run(CAPTIONER.toString(), "nowhere.png");
        assertEquals(1, noPicture.exitCode());
        assertTrue(noPicture.err().contains("nowhere.png"), noPicture.err());
        assertEquals(1, noPicture.err().lines().count(), noPicture.err());
    }

    private record Output(int exitCode, String out, String err) {}

    private static Output run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = DescribePictures.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Output(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n"));
    }
}

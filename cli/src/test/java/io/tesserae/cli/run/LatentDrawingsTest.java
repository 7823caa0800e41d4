package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code run attention-map} with a model that reads with latents. */
class LatentDrawingsTest {

    private static final Path IMAGES = Run.FIXTURES.resolve("images");
    private static final String SHAPES = IMAGES.resolve("shapes.png").toString();
    private static final String NOISE = IMAGES.resolve("noise-wide.png").toString();

    @TempDir
    private Path folder;

    private static String model(String name) {
        return Packed.checkpoint(Run.FIXTURES.resolve("perceiver").resolve(name))
                .toString();
    }

    private Run maps(String model, String... arguments) {
        List<String> words =
                new ArrayList<>(List.of("run", "attention-map", "--model", model, "--output-dir", folder.toString()));
        words.addAll(List.of(arguments));
        return Run.of(words.toArray(String[]::new));
    }

    private static void assertOneLine(Run run, String part) {
        assertEquals("", run.out());
        assertTrue(run.err().contains(part), run.err());
        assertEquals(
                1, run.err().lines().filter(line -> line.startsWith("tesserae")).count(), run.err());
    }

    @Test
    void picturesOfAPicture() {
        Run run = maps(model("image-learned"), "--latent", "2", "--latent", "5", SHAPES);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                Stream.of("contact-sheet.png", "total.png", "latent-002.png", "latent-005.png")
                        .map(file -> folder.resolve(file).toString())
                        .toList(),
                run.lines());
        for (String file : run.lines()) {
            assertTrue(Files.exists(Path.of(file)), file);
        }
    }

    @Test
    void severalPicturesHaveAFolderEach() {
        Run run = maps(model("image-learned"), "--output", "json", "--latents", "3", SHAPES, NOISE);
        assertEquals(0, run.exitCode(), run.err());
        JsonObject second = JsonParser.parseString(run.lines().get(1)).getAsJsonObject();
        assertEquals(List.of("image", "files"), List.copyOf(second.keySet()));
        assertEquals(NOISE, second.get("image").getAsString());
        assertEquals(
                folder.resolve("noise-wide").resolve("contact-sheet.png").toString(),
                second.getAsJsonArray("files").get(0).getAsString());
    }

    @ParameterizedTest
    @CsvSource({"masked, 東 [MASK]", "sequence, The actors were very convincing."})
    void aPageOfAText(String name, String text) throws IOException {
        Run run = maps(model(name), "--latents", "3", "--latent", "4", text);
        assertEquals(0, run.exitCode(), run.err());
        String page = Files.readString(Path.of(run.lines().getFirst()));
        assertTrue(page.contains("latents, the most concentrated"), page);
        Run json = maps(model(name), "--output", "json", text);
        assertEquals(
                text,
                JsonParser.parseString(json.out()).getAsJsonObject().get("text").getAsString());
    }

    /** Positions that are computed are there for every size. */
    @Test
    void anotherSize() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(Path.of(model("image-fourier")))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName().toString()));
            }
        }
        Files.copy(
                Path.of(model("image-learned")).resolve("preprocessor_config.json"),
                copy.resolve("preprocessor_config.json"));
        Run run = maps(copy.toString(), "--image-size", "20", SHAPES);
        assertEquals(0, run.exitCode(), run.err());
        Run large = maps(copy.toString(), "--image-size", "5000", SHAPES);
        assertEquals(1, large.exitCode(), large.err());
        assertOneLine(large, "--image-size: pictures of 5000 x 5000 pixels");
    }

    @ParameterizedTest
    @CsvSource({
        "image-learned, --layer 1",
        "image-learned, --layer all",
        "image-learned, --mass 0.5",
        "image-learned, --captions",
        "image-learned, --prompt a",
        "image-learned, --latent 0",
        "image-learned, --latents 0",
        "image-learned, --latents 513",
        "masked, --layer 1",
        "masked, --seed 1",
        "masked, --image-size 20",
    })
    void optionsOfOtherModelsAreRefused(String name, String option) {
        Run run = maps(model(name), (option + " x").split(" "));
        assertEquals(2, run.exitCode(), run.err());
        assertOneLine(run, option.split(" ")[0]);
    }

    @ParameterizedTest
    @CsvSource({"vit-classify, --latent 1", "distilbert-sst2, --latents 3", "blip/caption, --latent 1"})
    void latentsOfOtherModelsAreRefused(String name, String option) {
        Run run = maps(Run.fixture(name), (option + " " + SHAPES).split(" "));
        assertEquals(2, run.exitCode(), run.err());
        assertOneLine(run, option.split(" ")[0] + " is for models that read with latents");
    }

    @Test
    void whatIsNotThereIsRefused() {
        Run latent = maps(model("image-learned"), "--latent", "6", SHAPES);
        assertEquals(1, latent.exitCode());
        assertOneLine(latent, "--latent: expected 1 to 5, the latents of the model, found 6");
        Run size = maps(model("image-learned"), "--image-size", "20", SHAPES);
        assertEquals(1, size.exitCode());
        assertOneLine(
                size, "--image-size: pictures of 20 x 20 pixels (height x width): the model has learned positions");
        Run picture = maps(model("masked"), SHAPES);
        assertEquals(1, picture.exitCode());
        assertOneLine(picture, "a picture, but the model takes texts");
        Run numbers = maps(model("base"), "a text");
        assertEquals(1, numbers.exitCode());
        assertOneLine(numbers, "latents that read rows of numbers");
    }
}

package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code run attention-map} with a model that writes captions. */
class CaptionDrawingsTest {

    private static final String MODEL = Run.fixture("blip/caption");
    private static final Path IMAGES = Path.of(Run.fixture("images"));
    private static final String SHAPES = IMAGES.resolve("shapes.png").toString();
    private static final String NOISE = IMAGES.resolve("noise-wide.png").toString();

    @TempDir
    private Path folder;

    private Run maps(String... arguments) {
        List<String> words =
                new ArrayList<>(List.of("run", "attention-map", "--model", MODEL, "--output-dir", folder.toString()));
        words.addAll(Arrays.asList(arguments));
        return Run.of(words.toArray(String[]::new));
    }

    private JsonObject json(String... arguments) {
        List<String> words = new ArrayList<>(List.of("--output", "json"));
        words.addAll(Arrays.asList(arguments));
        Run run = maps(words.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    @Test
    void aSheetAndAPage() throws IOException {
        Run alone = maps(SHAPES);
        assertEquals(0, alone.exitCode(), alone.err());
        assertEquals(
                List.of(
                        folder.resolve("contact-sheet.png").toString(),
                        folder.resolve("caption.html").toString()),
                alone.lines());
        for (String file : alone.lines()) {
            assertTrue(Files.size(Path.of(file)) > 1000, file);
        }
        Run several = maps(SHAPES, NOISE, SHAPES);
        assertEquals(0, several.exitCode(), several.err());
        assertEquals(6, several.lines().size());
        assertTrue(Files.exists(folder.resolve("shapes-2").resolve("caption.html")));
    }

    @Test
    void theCaptionIsTheOneOfImageToText() {
        for (String settings : List.of("{\"max_new_tokens\": 8}", "{\"num_beams\": 3, \"max_new_tokens\": 8}")) {
            Run text = Run.of("run", "image-to-text", "--model", MODEL, "--generation-config", settings, SHAPES);
            assertEquals(0, text.exitCode(), text.err());
            String caption =
                    json("--generation-config", settings, SHAPES).get("caption").getAsString();
            assertEquals(caption + "  " + SHAPES + "\n", text.out());
        }
    }

    @Test
    void aPromptBeginsTheCaption() throws IOException {
        String option = json("--prompt", "a picture of", SHAPES).get("caption").getAsString();
        assertTrue(option.startsWith("a picture of"), option);
        Path lines = Files.writeString(
                folder.resolve("lines.jsonl"), "{\"image\": \"" + SHAPES + "\", \"prompt\": \"a picture of\"}\n");
        assertEquals(option, json("--input", lines.toString()).get("caption").getAsString());
    }

    @Test
    void aLayerOrTheMeanOfAll() {
        JsonObject mean = json(SHAPES);
        assertTrue(mean.get("layer").isJsonNull());
        assertEquals(2, mean.get("layers").getAsInt());
        assertEquals(mean, json("--layer", "all", SHAPES));
        JsonObject second = json("--layer", "2", SHAPES);
        assertEquals(2, second.get("layer").getAsInt());
        assertNotEquals(mean.get("words"), second.get("words"));
        Run third = maps("--layer", "3", SHAPES);
        assertEquals(1, third.exitCode());
        assertOneLine(third, "--layer: expected 1 to 2");
    }

    @ParameterizedTest
    @CsvSource({
        "blip/caption, --mass 0.5",
        "blip/caption, --image-size 32",
        "blip/caption, --layer 0",
        "blip/caption, --generation-config {}x",
        "vit-classify, --prompt a",
        "vit-classify, --captions",
        "vit-classify, --layer all",
        "distilbert-sst2, --seed 1",
    })
    void optionsOfOtherModelsAreRefused(String model, String option) {
        List<String> words = new ArrayList<>(List.of(
                "run", "attention-map", "--model", Run.fixture(model), "--output-dir", folder.toString(), SHAPES));
        words.addAll(List.of(option.split(" ")));
        Run run = Run.of(words.toArray(String[]::new));
        assertEquals(2, run.exitCode(), run.err());
        assertOneLine(run, option.split(" ")[0]);
    }

    @Test
    void whatGoesWrongIsOneLine() {
        Run several = maps("--generation-config", "{\"num_beams\": 2, \"num_return_sequences\": 2}", SHAPES);
        assertEquals(1, several.exitCode());
        assertOneLine(several, "num_return_sequences");
        Run missing = maps("cat.jpg");
        assertEquals(1, missing.exitCode());
        assertOneLine(missing, "cat.jpg");
        Run answers = Run.of(
                "run",
                "attention-map",
                "--model",
                Run.fixture("blip/question"),
                "--output-dir",
                folder.toString(),
                SHAPES);
        assertEquals(1, answers.exitCode());
        assertOneLine(answers, "config.json: the model has");
        assertFalse(Files.exists(folder.resolve("caption.html")));
    }

    private static void assertOneLine(Run run, String named) {
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(named), run.err());
    }
}

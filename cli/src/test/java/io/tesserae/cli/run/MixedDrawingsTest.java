package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.packed.Packed;
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
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run attention-map} with a model that reads pictures among words. */
class MixedDrawingsTest {

    private static final String SHAPES = image("shapes.png");
    private static final String GREY = image("grey.png");
    private static final String SETTINGS = "{\"max_new_tokens\": 8}";

    @TempDir
    private Path folder;

    private static String image(String name) {
        return Run.FIXTURES.resolve("images").resolve(name).toString();
    }

    private Run maps(String fixture, String... more) {
        String model = Packed.checkpoint(Run.FIXTURES.resolve(fixture)).toString();
        List<String> arguments = new ArrayList<>(List.of("run", "attention-map", "--model", model));
        arguments.addAll(List.of("--output-dir", folder.toString(), "--generation-config", SETTINGS));
        arguments.addAll(Arrays.asList(more));
        return Run.of(arguments.toArray(String[]::new));
    }

    private JsonObject json(String fixture, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--output", "json"));
        arguments.addAll(Arrays.asList(more));
        Run run = maps(fixture, arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    @ParameterizedTest
    @ValueSource(strings = {"idefics/plain", "idefics/resampler", "idefics3/conversation"})
    void aSheetAndAPageForAPicture(String fixture) throws IOException {
        Run run = maps(fixture, "--image", SHAPES, "what is <image> this?");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                List.of(
                        folder.resolve("contact-sheet.png").toString(),
                        folder.resolve("caption.html").toString()),
                run.lines());
        assertEquals(1600, ImageFiles.read(folder.resolve("contact-sheet.png")).width());
        assertTrue(Files.readString(folder.resolve("caption.html")).contains("shapes.png"));
    }

    @Test
    void everyPictureOfAPromptAndEveryPromptHasItsOwnFolder() throws IOException {
        Run run = maps(
                "idefics3/conversation", "--image", SHAPES, "--image", GREY, "<image>a<image>", "<image> <image>b");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(8, run.lines().size(), run.out());
        for (String prompt : List.of("a", "b")) {
            for (String picture : List.of("picture-1", "picture-2")) {
                for (String file : List.of("contact-sheet.png", "caption.html")) {
                    Path path = folder.resolve(prompt).resolve(picture).resolve(file);
                    assertTrue(run.lines().contains(path.toString()), path.toString());
                    assertTrue(Files.size(path) > 1000);
                }
            }
        }
    }

    /** The text is the one of {@code image-text-to-text}; a layer's maps are not the mean's. */
    @Test
    void whatALineSays() {
        String prompt = "<image>a<image>";
        JsonObject mean = json("idefics3/conversation", "--image", GREY, "--image", SHAPES, prompt);
        Run text = Run.of(
                "run",
                "image-text-to-text",
                "--model",
                Packed.checkpoint(Run.FIXTURES.resolve("idefics3/conversation")).toString(),
                "--generation-config",
                SETTINGS,
                "--image",
                GREY,
                "--image",
                SHAPES,
                prompt);
        assertEquals(0, text.exitCode(), text.err());
        String written = mean.get("text").getAsString();
        assertTrue(!written.isEmpty() && text.out().strip().endsWith(written), text.out() + written);
        assertEquals(2, mean.getAsJsonArray("pictures").size());
        assertEquals(4, mean.getAsJsonArray("files").size());
        for (JsonElement picture : mean.getAsJsonArray("pictures")) {
            assertEquals(written, picture.getAsJsonObject().get("caption").getAsString());
            assertTrue(picture.getAsJsonObject().get("layer").isJsonNull());
        }
        JsonObject first = json("idefics3/conversation", "--layer", "1", "--image", GREY, "--image", SHAPES, prompt);
        assertNotEquals(mean.get("pictures"), first.get("pictures"));
        assertEquals(mean, json("idefics3/conversation", "--layer", "all", "--image", GREY, "--image", SHAPES, prompt));
    }

    @Test
    void conversationsAndExamplesAreReadAsInImageTextToText() throws IOException {
        assertEquals(
                0,
                maps("idefics3/conversation", "--chat", "--image", SHAPES, "what is this?")
                        .exitCode());
        Path examples =
                Files.writeString(folder.resolve("examples.json"), "[{\"image\": \"" + GREY + "\"}, \"a dog\"]");
        JsonObject behind =
                json("idefics3/conversation", "--examples", examples.toString(), "--image", SHAPES, "<image>a");
        assertEquals(
                json("idefics3/conversation", "--image", GREY, "--image", SHAPES, "<image>a dog<image>a")
                        .get("pictures"),
                behind.get("pictures"));
    }

    @ParameterizedTest
    @CsvSource({
        "idefics/plain, --mass 0.5",
        "idefics/plain, --image-size 32",
        "idefics3/conversation, --prompt a",
        "idefics3/conversation, --captions",
        "idefics3/conversation, --latents 3",
        "blip/caption, --image x.png",
        "blip/caption, --chat",
        "vit-classify, --examples x.json",
    })
    void optionsOfOtherModelsAreRefused(String model, String option) {
        List<String> words = new ArrayList<>(List.of(
                "run",
                "attention-map",
                "--model",
                Packed.checkpoint(Run.FIXTURES.resolve(model)).toString(),
                "--output-dir",
                folder.toString(),
                SHAPES));
        words.addAll(List.of(option.split(" ")));
        Run run = Run.of(words.toArray(String[]::new));
        assertEquals(2, run.exitCode(), run.err());
        assertOneLine(run, option.split(" ")[0]);
    }

    @Test
    void whatGoesWrongIsOneLine() {
        assertFails("without a picture", "idefics3/conversation", "no picture");
        assertFails("image", "idefics3/conversation", "--image", SHAPES, "<image> and <image>");
        assertFails("--layer: expected 1 to", "idefics/resampler", "--layer", "99", "--image", SHAPES, "<image>a");
        assertFails("lost.png", "idefics3/conversation", "--image", "lost.png", "<image>a");
    }

    private void assertFails(String named, String fixture, String... more) {
        Run run = maps(fixture, more);
        assertEquals(1, run.exitCode(), run.err());
        assertOneLine(run, named);
    }

    private static void assertOneLine(Run run, String named) {
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(named), run.err());
    }
}

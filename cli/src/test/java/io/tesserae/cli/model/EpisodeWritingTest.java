package io.tesserae.cli.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words of a model that acts: what {@code generate} and {@code run} write with JAT, by itself and behind photos. */
class EpisodeWritingTest {

    private static final Path FIXTURE = Run.FIXTURES.resolve("jat").resolve("caption");
    private static final String GREEDY = "{\"do_sample\": false, \"max_new_tokens\": 10, \"eos_token_id\": []}";

    @TempDir
    private Path folder;

    /** One run of the reference. */
    private static JsonObject reference(String run) throws IOException {
        return JsonParser.parseString(Packed.text(FIXTURE.resolve("expected.json")))
                .getAsJsonObject()
                .getAsJsonObject("cases")
                .getAsJsonObject("generate")
                .getAsJsonObject("runs")
                .getAsJsonObject(run);
    }

    private static long[] longs(JsonArray ids) {
        return ids.asList().stream().mapToLong(JsonElement::getAsLong).toArray();
    }

    private static Path image(JsonObject run) {
        return FIXTURE.resolve(run.get("image").getAsString()).normalize();
    }

    private static Tensor pixels(Path image) {
        ModelFiles files = ModelFiles.directory(Packed.checkpoint(FIXTURE));
        return AutoImageProcessor.fromPretrained(files, Engine.shared()).process(ImageFiles.read(image)); // [3, 24, 24]
    }

    private Run generate(SafetensorsWriter feed, String config) throws IOException {
        Path in = folder.resolve("in.safetensors");
        feed.write(in);
        return Run.of(
                "generate",
                "--model",
                Run.fixture("jat/caption"),
                "--feed",
                in.toString(),
                "--out",
                folder.resolve("out.safetensors").toString(),
                "--generation-config",
                config);
    }

    private long[] sequences() throws IOException {
        try (SafetensorsFile out = SafetensorsFile.open(folder.resolve("out.safetensors"))) {
            long[] ids = new long[(int) out.entry("sequences").elementCount()];
            out.readLongs("sequences", 0, ids, 0, ids.length);
            return ids;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"language", "one_token", "caption", "answer"})
    void greedyWritingIsTheReferences(String run) throws IOException {
        JsonObject reference = reference(run);
        long[] prompt = longs(reference.getAsJsonArray("prompt_ids"));
        SafetensorsWriter feed = new SafetensorsWriter().addLongs("input_ids", prompt, 1, prompt.length);
        if (!reference.get("image").isJsonNull()) {
            feed.addFloats("pixel_values", pixels(image(reference)).data(), 1, 3, 24, 24);
        }
        assertEquals(new Run(0, "", ""), generate(feed, GREEDY));
        long[] expected = LongStream.concat(
                        Arrays.stream(prompt), Arrays.stream(longs(reference.getAsJsonArray("new_ids"))))
                .toArray();
        assertArrayEquals(expected, sequences());
    }

    @Test
    void aQuestionBehindAPhotoIsAnsweredAsByTheReference() throws IOException {
        JsonObject reference = reference("answer");
        String prompt = reference.get("prompt").getAsString();
        assertEquals(
                prompt + reference.get("new_text").getAsString(),
                text("image-to-text", "--prompt", prompt, image(reference).toString()));
    }

    @Test
    void aTextGoesOnAsTheReferences() throws IOException {
        JsonObject reference = reference("language");
        String prompt = reference.get("prompt").getAsString();
        assertEquals(prompt + reference.get("new_text").getAsString(), text("text-generation", prompt));
    }

    private static String text(String task, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run", task, "--model", Run.fixture("jat/caption"), "--output", "json", "--generation-config", GREEDY));
        arguments.addAll(List.of(more));
        Run run = Run.of(arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return JsonParser.parseString(run.out().strip())
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject()
                .get("generated_text")
                .getAsString();
    }

    /** Without a beginning it is the token that ends texts, which is not in the text. */
    @Test
    void aCaptionWithoutABeginningBeginsWithTheEndOfText() throws IOException {
        float[] photo = pixels(image(reference("caption"))).data();
        SafetensorsWriter alone = new SafetensorsWriter().addFloats("pixel_values", photo, 1, 3, 24, 24);
        assertEquals(new Run(0, "", ""), generate(alone, GREEDY));
        long[] begun = sequences();
        assertEquals(299, begun[0]);
        SafetensorsWriter given = new SafetensorsWriter()
                .addFloats("pixel_values", photo, 1, 3, 24, 24)
                .addLongs("input_ids", new long[] {299}, 1, 1);
        assertEquals(new Run(0, "", ""), generate(given, GREEDY));
        assertArrayEquals(begun, sequences());
        String caption = text("image-to-text", image(reference("caption")).toString());
        assertTrue(!caption.isEmpty() && !caption.contains("endoftext"), caption);
    }

    /** A photo's patches take positions too: a caption ends where there are none left. */
    @Test
    void aCaptionStopsAtTheLastPosition() throws IOException {
        String config = "{\"do_sample\": false, \"eos_token_id\": []}";
        Run run = Run.of(
                "run",
                "image-to-text",
                "--model",
                Run.fixture("jat/caption"),
                "--generation-config",
                config,
                image(reference("caption")).toString());
        assertEquals(0, run.exitCode(), run.err());
    }

    @Test
    void aPromptThatLeavesNoRoomBehindThePhotoIsRefused() throws IOException {
        Run run = Run.of(
                "run",
                "image-to-text",
                "--model",
                Run.fixture("jat/caption"),
                "--prompt",
                "z1".repeat(30),
                image(reference("caption")).toString());
        assertEquals(1, run.exitCode());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("which has 55 positions"), run.err());
    }

    /** A processor that makes photos of another size than the model's. */
    @Test
    void aPhotoOfAnotherSizeIsRefused() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (var files = Files.list(Packed.checkpoint(FIXTURE))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName().toString()));
            }
        }
        Path processor = copy.resolve("preprocessor_config.json");
        Files.writeString(processor, Files.readString(processor).replace("24", "32"));
        Run run = Run.of(
                "run",
                "image-to-text",
                "--model",
                copy.toString(),
                image(reference("caption")).toString());
        assertEquals(1, run.exitCode());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("comes out at 32 x 32"), run.err());
        assertTrue(run.err().contains("24 x 24 alone"), run.err());
        Run fed = generate(
                new SafetensorsWriter().addFloats("pixel_values", new float[3 * 32 * 32], 1, 3, 32, 32), GREEDY);
        assertEquals(1, fed.exitCode());
        assertTrue(fed.err().contains("expected pixel values [3, 24, 24]"), fed.err());
    }
}

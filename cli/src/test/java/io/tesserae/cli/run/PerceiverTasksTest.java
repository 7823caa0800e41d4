package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts and pictures that latents read, through the commands that every other model goes through. */
class PerceiverTasksTest {

    private static final double TOLERANCE = 1e-5;
    private static final String MASKED = Run.fixture("perceiver/masked");
    private static final String SEQUENCE = Run.fixture("perceiver/sequence");
    private static final String PICTURE =
            Run.FIXTURES.resolve("images").resolve("shapes.png").toString();

    private static String unpacked(String name) {
        return Packed.checkpoint(Run.FIXTURES.resolve("perceiver").resolve(name))
                .toString();
    }

    private static JsonObject expected(String name) throws IOException {
        Path file = Run.FIXTURES.resolve("perceiver").resolve(name).resolve("expected.json");
        return JsonParser.parseString(Packed.text(file)).getAsJsonObject();
    }

    /** Bytes that are no UTF-8 among them. */
    @Test
    void masksAreFilledAsInTheReference() throws IOException {
        JsonObject expected = expected("masked");
        JsonArray texts = expected.getAsJsonArray("inputs");
        for (int i = 0; i < texts.size(); i++) {
            Run run = Run.of(
                    "run",
                    "fill-mask",
                    "--model",
                    MASKED,
                    "--output",
                    "json",
                    texts.get(i).getAsString());
            assertEquals(0, run.exitCode(), run.err());
            JsonArray answers = JsonParser.parseString(run.out()).getAsJsonArray();
            JsonArray wanted = expected.getAsJsonArray("pipeline").get(i).getAsJsonArray();
            assertEquals(wanted.size(), answers.size());
            for (int rank = 0; rank < wanted.size(); rank++) {
                JsonObject answer = answers.get(rank).getAsJsonObject();
                JsonObject one = wanted.get(rank).getAsJsonObject();
                assertEquals(one.get("score").getAsDouble(), answer.get("score").getAsDouble(), TOLERANCE);
                for (String key : List.of("token", "token_str", "sequence")) {
                    assertEquals(one.get(key), answer.get(key));
                }
            }
        }
    }

    @Test
    void aWordOfManyBytesIsOneSpan() {
        Run run = Run.of(
                "run", "fill-mask", "--model", MASKED, "--spans", "--mask", "\u6771", "--output", "json", "a\u6771b");
        assertEquals(0, run.exitCode(), run.err());
        JsonObject span = JsonParser.parseString(run.out())
                .getAsJsonObject()
                .getAsJsonArray("spans")
                .get(0)
                .getAsJsonObject();
        assertEquals(3, span.getAsJsonArray("tokens").size());
        assertEquals(1, span.get("start").getAsInt());
        assertEquals(2, span.get("end").getAsInt());
    }

    /** The end of a text that is too long is cut by a task, with a warning; a batch of arrays is refused. */
    @Test
    void aTextOfMoreBytesThanThereArePositionsIsSaid() {
        Run run = Run.of("run", "text-classification", "--model", SEQUENCE, "many bytes ".repeat(40));
        assertEquals(0, run.exitCode());
        assertEquals("tesserae: warning: the input is longer than the model takes; its end was not read\n", run.err());
        Run bench = Run.of("bench", "--model", SEQUENCE, "--length", "1000", "--seconds", "0.01");
        assertTrue(bench.exitCode() != 0 && bench.err().lines().count() == 1, bench.err());
    }

    /** The size is the processor's, whatever the picture's is. */
    @Test
    void aPictureIsResizedToWhereTheLearnedPositionsAre() {
        Run run = Run.of("run", "image-classification", "--model", unpacked("image-learned"), PICTURE);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(1, run.lines().size());
    }

    /** One line that names the class that was found. */
    @ParameterizedTest
    @CsvSource({
        "image-classification, sequence, PerceiverForSequenceClassification",
        "fill-mask, sequence, PerceiverForSequenceClassification",
        "feature-extraction, sequence, PerceiverForSequenceClassification",
        "question-answering, masked, PerceiverForMaskedLM",
        "text-classification, image-learned, PerceiverForImageClassificationLearned",
        "image-feature-extraction, image-learned, PerceiverForImageClassificationLearned"
    })
    void aModelForAnotherTaskIsNamed(String task, String model, String architecture) {
        String input = task.startsWith("image") ? PICTURE : "a";
        Run run = task.equals("question-answering")
                ? Run.of("run", task, "--model", unpacked(model), "--context", "a b", "a?")
                : Run.of("run", task, "--model", unpacked(model), input);
        assertEquals(1, run.exitCode(), run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("found " + architecture + ", which has a head that "), run.err());
    }

    @Test
    void latentsAreAmongTheSizesAndNothingThatIsForOtherInputs() {
        String texts = Run.of("inspect", MASKED).out();
        assertTrue(texts.contains("num_latents 5, d_latents 15, num_blocks "), texts);
        assertTrue(texts.contains("vocab_size 262") && !texts.contains("image_size"), texts);
        String pictures = Run.of("inspect", unpacked("image-learned")).out();
        assertTrue(pictures.contains("num_latents 5, d_latents 11, ") && pictures.contains("image_size 5"), pictures);
        assertTrue(!pictures.contains("vocab_size") && !pictures.contains("tokenizer"), pictures);
        String rows = Run.of("inspect", Run.fixture("perceiver/base")).out();
        assertTrue(rows.contains("num_latents 5, d_latents 14") && !rows.contains("tokenizer"), rows);
        assertTrue(rows.contains("runs here     yes"), rows);
    }
}

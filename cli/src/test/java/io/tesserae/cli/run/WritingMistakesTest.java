package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.cli.Run;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where a model that writes is asked for what it cannot do: one line, and nothing that looks like an answer. */
class WritingMistakesTest {

    private static final String WRITES = Run.fixture("gpt2/writing/model");
    private static final String SHAPES =
            Run.FIXTURES.resolve("images").resolve("shapes.png").toString();

    private static Run failed(String... arguments) {
        Run run = Run.of(arguments);
        assertEquals(1, run.exitCode(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertFalse(run.err().contains("internal error"), run.err());
        return run;
    }

    @Test
    void aPictureForAModelOfTextsNamesThoseThatDescribePictures() {
        for (String task : List.of("image-to-text", "visual-question-answering")) {
            String question = task.startsWith("visual") ? "--question=what?" : "--max-new-tokens=3";
            Run run = failed("run", task, "--model", WRITES, question, SHAPES);
            assertTrue(run.err().contains("blip"), run.err());
            assertTrue(run.err().contains("pictures, found the string \"gpt2\""), run.err());
            assertFalse(run.err().contains("dinov2"), run.err());
        }
    }

    @Test
    void aTextForAModelOfPicturesNamesThoseThatContinueTexts() {
        Run run = failed("run", "text-generation", "--model", Run.fixture("blip/caption"), "a");
        assertTrue(
                run.err().contains("expected gpt2, llama or jat, the families that have a head that continues texts"),
                run.err());
    }

    @Test
    void rulesThatLeaveNothingAreNoInternalError() {
        String settings = "{\"do_sample\": false, \"sequence_bias\": [[[1], 1e300]], \"num_beams\": 2}";
        Run run = failed("run", "text-generation", "--model", WRITES, "--generation-config", settings, "a");
        assertTrue(run.err().contains("larger than float32 holds"), run.err());
        assertEquals("", run.out());
    }

    /** What has been printed of an answer that fails is not run together with the next one. */
    @Test
    void aStreamThatBreaksOffEndsItsLine() {
        String settings = "{\"do_sample\": false, \"max_new_tokens\": 5000, \"eos_token_id\": []}";
        Run run = Run.withInput(
                "a\nb\n",
                "run",
                "text-generation",
                "--model",
                WRITES,
                "--stream",
                "--on-error",
                "skip",
                "--input",
                "-",
                "--generation-config",
                settings);
        assertEquals(3, run.exitCode(), run.err());
        List<String> lines = run.lines();
        assertEquals(2, lines.size(), run.out());
        assertTrue(lines.get(0).startsWith("a") && lines.get(1).startsWith("b"), run.out());
    }

    @Test
    void aMaskIsOfZerosAndOnes(@TempDir Path folder) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        writer.addLongs("input_ids", new long[] {5, 6, 7}, 1, 3);
        writer.addLongs("attention_mask", new long[] {2, 1, 1}, 1, 3);
        Path feed = folder.resolve("feed.safetensors");
        writer.write(feed);
        Path out = folder.resolve("out.safetensors");
        Run run = failed("generate", "--model", WRITES, "--feed", feed.toString(), "--out", out.toString());
        assertTrue(run.err().contains("attention_mask"), run.err());
        assertTrue(run.err().contains("expected 0 or 1, found 2"), run.err());
    }
}

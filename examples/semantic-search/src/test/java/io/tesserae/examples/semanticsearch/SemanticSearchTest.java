package io.tesserae.examples.semanticsearch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The whole of it, over this project's own documents. The encoder has random weights and understands nothing; but the same
 * text is the same vector, so a passage asked for by its own words has to come first.
 */
class SemanticSearchTest {

    private static final Path ROOT = Path.of("..", "..");
    private static final Path ENCODER =
            ROOT.resolve("testdata").resolve("fixtures").resolve("sentence-embedding");
    private static final List<Path> DOCUMENTS = List.of(ROOT.resolve("README.md"), ROOT.resolve("docs"));

    @Test
    void everyPassageIsFoundByItsOwnText() throws IOException {
        List<Passage> passages = documents();
        assertTrue(passages.size() > 50, passages.size() + " passages");
        try (var encoder = Pipelines.sentenceEmbedding(ENCODER);
                var index =
                        PassageIndex.of(passages, encoder.embed(texts(passages), SentenceEmbeddingOptions.DEFAULT))) {
            assertEquals(passages.size(), index.size());
            for (Passage passage : passages) {
                List<PassageIndex.Hit> hits = index.search(encoder.embed(passage.text()), 3);
                assertEquals(3, hits.size());
                assertEquals(1, hits.getFirst().similarity(), 1e-5);
                // Of a long passage the encoder reads the beginning: two that begin alike are one vector.
                List<Passage> nearest = hits.stream()
                        .filter(hit -> hit.similarity() > 1 - 1e-5)
                        .map(PassageIndex.Hit::passage)
                        .toList();
                assertTrue(nearest.contains(passage), () -> passage + "\nwas not found, but\n" + nearest);
                assertTrue(hits.get(1).similarity() >= hits.get(2).similarity());
            }
        }
    }

    @Test
    void theProgramPrintsFileHeadingAndScoreOfEveryPassageFound() throws IOException {
        Passage passage = documents().get(7);
        Output output = run("--model", ENCODER.toString(), "--top-k", "2", passage.text());
        assertEquals(0, output.exitCode(), output.err());
        assertTrue(output.out().contains("1.0000  " + passage.file() + ", " + passage.heading()), output.out());
        assertEquals(
                2,
                output.out()
                        .lines()
                        .filter(line -> line.matches("-?[01]\\.\\d{4}  .+"))
                        .count());
    }

    @Test
    void nonsenseIsRefusedInOneSentence() {
        assertRefused(2, "--top-k: expected 1 or more, found 0", "--model", ENCODER.toString(), "--top-k", "0", "x");
        assertRefused(2, "--model", "x");
        assertRefused(1, "no such file", "--model", ROOT.resolve("docs").toString(), "x");
        Output output = run(List.of(Path.of("no", "such", "folder")), "--model", ENCODER.toString(), "x");
        assertEquals(2, output.exitCode());
        assertTrue(output.err().contains("no file or folder"), output.err());
    }

    private static void assertRefused(int exitCode, String reason, String... arguments) {
        Output output = run(arguments);
        assertEquals(exitCode, output.exitCode());
        assertTrue(output.err().contains(reason), output.err());
        assertFalse(output.err().contains("\tat "), output.err());
        assertEquals("", output.out());
    }

    private record Output(int exitCode, String out, String err) {}

    private static Output run(String... arguments) {
        return run(DOCUMENTS, arguments);
    }

    private static Output run(List<Path> documents, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        Stream<String> named = documents.stream().flatMap(path -> Stream.of("--documents", path.toString()));
        int exitCode = SemanticSearch.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Stream.concat(named, Stream.of(arguments)).toArray(String[]::new));
        return new Output(exitCode, out.toString(), err.toString());
    }

    private static List<Passage> documents() throws IOException {
        List<Passage> passages = new ArrayList<>();
        for (Path path : DOCUMENTS) {
            passages.addAll(Passages.read(path));
        }
        return passages;
    }

    private static Stream<String> texts(List<Passage> passages) {
        return passages.stream().map(Passage::text);
    }
}

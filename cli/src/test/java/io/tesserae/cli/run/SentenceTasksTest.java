package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.model.SimilarityFunction;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.image.ImageTextEmbeddingPipeline;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sentence embeddings, similarities and searches from the command line: the library's answers, written as JSON. */
class SentenceTasksTest {

    private static final String MODEL = Run.fixture("sentence-embedding");

    @TempDir
    Path folder;

    private static Run run(String task, String... arguments) {
        return Run.of(arguments("run", task, arguments));
    }

    private static String[] arguments(String command, String task, String... more) {
        List<String> all = new ArrayList<>(List.of(command, task, "--model", MODEL));
        all.addAll(Arrays.asList(more));
        return all.toArray(String[]::new);
    }

    private static float[] floats(String json) {
        JsonArray array = JsonParser.parseString(json).getAsJsonArray();
        float[] floats = new float[array.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = array.get(i).getAsFloat();
        }
        return floats;
    }

    private static SentenceEmbeddingPipeline pipeline() {
        return Pipelines.sentenceEmbedding(Path.of(MODEL));
    }

    @Test
    void embeddingsAreArraysOfNumbers() {
        List<String> texts = List.of("The actors were very convincing.", "", "Crème brûlée");
        Run plain = run("sentence-embedding", "--output", "json", texts.get(0), texts.get(1), texts.get(2));
        assertEquals(new Run(0, plain.out(), ""), plain);
        Run cut = Run.withInput(
                "The actors were very convincing.\n\"\"\n{\"text\": \"Crème brûlée\"}\n",
                arguments(
                        "run",
                        "sentence-embedding",
                        "--input",
                        "-",
                        "--output",
                        "json",
                        "--prompt-text",
                        "query: ",
                        "--dimensions",
                        "7",
                        "--normalize",
                        "--batch-size",
                        "2"));
        assertEquals(new Run(0, cut.out(), ""), cut);
        try (SentenceEmbeddingPipeline pipeline = pipeline()) {
            SentenceEmbeddingOptions options = SentenceEmbeddingOptions.DEFAULT
                    .withPrompt("query: ")
                    .withDimensions(7)
                    .withNormalize(true);
            for (int i = 0; i < texts.size(); i++) {
                assertArrayEquals(
                        pipeline.embed(texts.get(i)), floats(plain.lines().get(i)));
                assertArrayEquals(
                        pipeline.embed(List.of(texts.get(i)), options).getFirst(),
                        floats(cut.lines().get(i)));
            }
        }
    }

    @Test
    void similaritiesInTheHubsFormat() {
        String line = "{\"source_sentence\": \"a film\", \"sentences\": [\"a movie\", \"a film\", \"\"]}\n"
                + "{\"sentences\": [], \"source_sentence\": \"x\"}\n";
        Run run = Run.withInput(line, arguments("run", "sentence-similarity", "--input", "-", "--output", "json"));
        assertEquals(new Run(0, run.out(), ""), run);
        assertEquals("[]", run.lines().get(1));
        float[] scores = floats(run.lines().getFirst());
        assertEquals(1f, scores[1], 1e-6f);
        try (SentenceEmbeddingPipeline pipeline = pipeline()) {
            float[] source = pipeline.embed("a film");
            assertEquals(pipeline.similarity(source, pipeline.embed("a movie")), scores[0]);
            assertEquals(pipeline.similarity(source, pipeline.embed("")), scores[2]);
        }
        Run arguments = run("sentence-similarity", "--output", "json", "a film", "a movie", "a film", "");
        assertEquals(run.lines().getFirst(), arguments.lines().getFirst());
        Run people = run("sentence-similarity", "a film", "a\u001b[31m movie");
        assertTrue(people.out().matches("a film\n  0\\.\\d{4}  a\\\\u001b\\[31m movie\n"), people.out());
    }

    /** With a model like CLIP, pictures are searched by words: the best is the one whose vector is nearest to the text's. */
    @Test
    void picturesAreFoundByWords() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        List<String> names = List.of("a_apng_def.png", "e_threebe.png", "j_17x33_s2_q95_b.jpg");
        for (String name : names) {
            Files.copy(Path.of("../testdata/images").resolve(name), pictures.resolve(name));
        }
        Path model = Packed.checkpoint(Run.FIXTURES.resolve("siglip/pipeline"));
        String[] search = {
            "run", "semantic-search", "--model", model.toString(), "--corpus", pictures.toString(), "--output", "json"
        };
        Run run = Run.of(Stream.concat(Stream.of(search), Stream.of("a cat")).toArray(String[]::new));
        assertEquals(new Run(0, run.out(), ""), run);
        JsonArray found = JsonParser.parseString(run.out()).getAsJsonArray();
        assertEquals(3, found.size());
        try (ImageTextEmbeddingPipeline pipeline = Pipelines.imageTextEmbedding(model)) {
            float[] text = pipeline.embedText("a cat");
            for (var element : found) {
                JsonObject hit = element.getAsJsonObject();
                float[] picture = pipeline.embedImage(Path.of(hit.get("text").getAsString()));
                assertEquals(
                        SimilarityFunction.DOT.similarity(text, picture),
                        hit.get("score").getAsFloat());
            }
        }
        Files.writeString(pictures.resolve("broken.png"), "no picture");
        Run broken = Run.of(Stream.concat(Stream.of(search), Stream.of("a cat")).toArray(String[]::new));
        assertEquals(1, broken.exitCode());
        assertTrue(broken.err().contains("broken.png"), broken.err());
        Run skipped = Run.of(Stream.concat(Stream.of(search), Stream.of("--on-error", "skip", "a cat"))
                .toArray(String[]::new));
        assertEquals(run.out(), skipped.out());
        Run prompt = Run.of(Stream.concat(Stream.of(search), Stream.of("--prompt", "query", "a cat"))
                .toArray(String[]::new));
        assertEquals(2, prompt.exitCode());
    }

    @Test
    void wordsAndTheirWeights() {
        Run run = Run.of(
                "run",
                "sparse-embedding",
                "--model",
                Run.fixture("bert-mlm"),
                "--top-k",
                "2",
                "--output",
                "json",
                "A moving and funny film.");
        assertEquals(new Run(0, run.out(), ""), run);
        JsonArray best = JsonParser.parseString(run.out()).getAsJsonArray();
        assertEquals(2, best.size());
        assertEquals(165, best.get(0).getAsJsonObject().get("index").getAsInt());
        assertEquals("##est", best.get(0).getAsJsonObject().get("token").getAsString());
        assertEquals(1.875769f, best.get(0).getAsJsonObject().get("value").getAsFloat(), 1e-5f);
        Run people = Run.of(
                "run",
                "sparse-embedding",
                "--model",
                Run.fixture("bert-mlm"),
                "--top-k",
                "1",
                "A moving and funny film.");
        assertEquals("A moving and funny film.\n  1.8758  ##est\n", people.out());
        Run both = Run.of(
                "run",
                "sparse-embedding",
                "--model",
                Run.fixture("bert-mlm"),
                "--prompt",
                "a",
                "--prompt-text",
                "b",
                "x");
        assertEquals(2, both.exitCode());
    }

    @Test
    void aSearchNamesTheTextsThatItFinds() throws IOException {
        List<String> corpus = IntStream.range(0, 300)
                .mapToObj(i -> "film ".repeat(i % 7) + "number " + i)
                .toList();
        Path file = Files.writeString(
                folder.resolve("corpus.txt"),
                String.join("\n", corpus) + "\n\"quoted\\ttext\"\n{\"text\": \"object\"}");
        Run run = run(
                "semantic-search",
                "--corpus",
                file.toString(),
                "--top-k",
                "3",
                "--output",
                "json",
                "film number 8",
                "object",
                "quoted text");
        assertEquals(new Run(0, run.out(), ""), run);
        List<JsonArray> answers = run.lines().stream()
                .map(line -> JsonParser.parseString(line).getAsJsonArray())
                .toList();
        assertEquals(3, answers.size());
        JsonObject best = answers.getFirst().get(0).getAsJsonObject();
        assertEquals(List.of("corpus_id", "score", "text"), List.copyOf(best.keySet()));
        assertEquals(8, best.get("corpus_id").getAsInt());
        assertEquals("film number 8", best.get("text").getAsString());
        assertEquals(1f, best.get("score").getAsFloat(), 1e-6f);
        assertEquals(
                301, answers.get(1).get(0).getAsJsonObject().get("corpus_id").getAsInt());
        assertEquals(
                "quoted\ttext",
                answers.get(2).get(0).getAsJsonObject().get("text").getAsString());
        for (JsonArray answer : answers) {
            List<Float> scores = answer.asList().stream()
                    .map(JsonElement::getAsJsonObject)
                    .map(result -> result.get("score").getAsFloat())
                    .toList();
            assertEquals(3, scores.size());
            assertEquals(scores.stream().sorted((a, b) -> b.compareTo(a)).toList(), scores);
        }
        // However it is cut, and by default ten.
        assertEquals(
                run,
                run(
                        "semantic-search",
                        "--corpus",
                        file.toString(),
                        "--top-k",
                        "3",
                        "--output",
                        "json",
                        "--batch-size",
                        "1",
                        "--threads",
                        "1",
                        "film number 8",
                        "object",
                        "quoted text"));
        Run people = run("semantic-search", "--corpus", file.toString(), "film number 8");
        assertEquals(11, people.lines().size());
        assertEquals("  1.0000  film number 8", people.lines().get(1));
    }

    @Test
    void theCorpusHasAPromptOfItsOwn() throws IOException {
        Path file = Files.writeString(folder.resolve("corpus.txt"), "query: a film\nsomething else\n");
        Run run = run(
                "semantic-search",
                "--corpus",
                file.toString(),
                "--top-k",
                "1",
                "--output",
                "json",
                "--prompt-text",
                "query: ",
                "a film");
        JsonObject best =
                JsonParser.parseString(run.out()).getAsJsonArray().get(0).getAsJsonObject();
        assertEquals(1f, best.get("score").getAsFloat(), 1e-6f);
        Run both = run(
                "semantic-search",
                "--corpus",
                file.toString(),
                "--top-k",
                "1",
                "--output",
                "json",
                "--prompt-text",
                "passage: query: ",
                "--corpus-prompt-text",
                "passage: ",
                "a film");
        assertEquals(
                1f,
                JsonParser.parseString(both.out())
                        .getAsJsonArray()
                        .get(0)
                        .getAsJsonObject()
                        .get("score")
                        .getAsFloat(),
                1e-6f);
    }

    @Test
    void whatWasCutIsWarnedOf() throws IOException {
        String tooLong = "film ".repeat(100);
        assertEquals(
                "tesserae: warning: the text is longer than the model takes; its end was not read\n",
                run("sentence-embedding", tooLong).err());
        assertEquals(
                "tesserae: warning: 2 of 3 texts are longer than the model takes; their ends were not read\n",
                run("sentence-similarity", tooLong, tooLong, "short").err());
        Path file = Files.writeString(folder.resolve("corpus.txt"), tooLong + "\nshort\n");
        assertEquals(
                "tesserae: warning: 1 of 3 texts are longer than the model takes; their ends were not read\n",
                run("semantic-search", "--corpus", file.toString(), "short").err());
    }

    @Test
    void failuresAreOneLine() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.txt"), "");
        Path broken = Files.writeString(folder.resolve("broken.txt"), "fine\n{\"text\": 1}\n");
        Path pair = Files.writeString(folder.resolve("pair.txt"), "{\"text\": \"a\", \"text_pair\": \"b\"}\n");
        assertFails(
                "the model has no prompt \"x\"; it has document, query",
                run("sentence-embedding", "--prompt", "x", "t"));
        assertFails(
                "dimensions: the model makes embeddings of 24", run("sentence-embedding", "--dimensions", "25", "t"));
        assertFails("expected the texts to search in", run("semantic-search", "--corpus", empty.toString(), "t"));
        assertFails(
                "broken.txt: line 2: expected a string", run("semantic-search", "--corpus", broken.toString(), "t"));
        assertFails("nowhere.txt: no such file", run("semantic-search", "--corpus", "nowhere.txt", "t"));
        assertFails("is a folder", run("semantic-search", "--corpus", folder.toString(), "t"));
        assertFails("unknown key \"text_pair\"", run("sentence-embedding", "--input", pair.toString()));
        assertFails(
                "expected an object, {\"source_sentence\"",
                Run.withInput("plain\n", arguments("run", "sentence-similarity", "--input", "-")));
        assertFails(
                "expected an object with the key \"sentences\"",
                Run.withInput(
                        "{\"source_sentence\": \"x\"}\n", arguments("run", "sentence-similarity", "--input", "-")));
        assertFails(
                "tokenizer.json: no such file",
                Run.of("run", "sentence-embedding", "--model", Run.fixture("vit-base"), "x"));
    }

    private static void assertFails(String message, Run run) {
        assertEquals(1, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(message), run.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run sentence-embedding x",
                "run sentence-embedding --model DIR",
                "run sentence-embedding --model DIR --dimensions 0 x",
                "run sentence-embedding --model DIR --top-k 2 x",
                "run sentence-embedding --model DIR --corpus x x",
                "run sentence-embedding --model DIR --prompt a --prompt-text b x",
                "run sentence-similarity --model DIR x",
                "run sentence-similarity --model DIR --pool x y",
                "run semantic-search --model DIR x",
                "run semantic-search --model DIR --corpus c --corpus-prompt a --corpus-prompt-text b x",
                "run semantic-search --model DIR --corpus - --input -",
                "run semantic-search --corpus c x",
                "run text-classification --normalize x"
            })
    void badUsageIsOneLineWithAHint(String command) throws IOException {
        Path corpus = Files.writeString(folder.resolve("c"), "x\n");
        String[] arguments = Arrays.stream(command.split(" "))
                .map(word -> word.equals("DIR") ? MODEL : word.equals("c") ? corpus.toString() : word)
                .toArray(String[]::new);
        Run run = Run.of(arguments);
        assertEquals(2, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().matches("tesserae.*: .+ \\(try 'tesserae.* --help'\\)\n"), run.err());
    }

    /** Lines after the first that is wrong are not answered, and those before it are. */
    @Test
    void linesBeforeABadOneAreAnswered() {
        String lines = IntStream.range(0, 5).mapToObj(i -> "text " + i).collect(Collectors.joining("\n")) + "\n{\nlast";
        Run run = Run.withInput(lines, arguments("run", "sentence-embedding", "--input", "-", "--output", "json"));
        assertEquals(1, run.exitCode());
        assertEquals(5, run.lines().size());
        assertTrue(run.err().startsWith("tesserae: standard input: line 6 is not valid JSON"), run.err());
    }
}

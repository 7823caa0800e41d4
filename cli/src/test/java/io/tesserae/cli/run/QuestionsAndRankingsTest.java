package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.generated.ColBertFolder;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run question-answering} and {@code run text-ranking}. */
class QuestionsAndRankingsTest {

    private static final String SQUAD = Run.fixture("distilbert-squad");
    private static final String CROSS_ENCODER = Run.fixture("distilbert-regression");

    @TempDir
    private Path folder;

    /** What the pipeline answers, place by place; its own tests hold it to the reference. */
    @Test
    void aLineForEachQuestionWithTheFieldsOfTransformers() throws IOException {
        JsonArray cases = JsonParser.parseString(Packed.text(Path.of("..", "testdata", "question-answers.json")))
                .getAsJsonObject()
                .getAsJsonArray("cases");
        StringBuilder lines = new StringBuilder();
        for (JsonElement each : cases) {
            JsonObject line = new JsonObject();
            line.add("question", each.getAsJsonObject().get("question"));
            line.add("context", each.getAsJsonObject().get("context"));
            lines.append(line).append('\n');
        }
        Path file = Files.writeString(folder.resolve("questions.jsonl"), lines);
        Run run = Run.of("run", "question-answering", "--model", SQUAD, "--output", "json", "--input", file.toString());
        assertEquals(0, run.exitCode(), run.err());
        List<String> answers = run.out().lines().toList();
        assertEquals(cases.size(), answers.size());
        int compared = 0;
        for (int i = 0; i < answers.size(); i++) {
            JsonObject asked = cases.get(i).getAsJsonObject();
            JsonObject answer = JsonParser.parseString(answers.get(i)).getAsJsonObject();
            assertEquals(List.of("score", "start", "end", "answer"), List.copyOf(answer.keySet()));
            if (asked.getAsJsonObject("arguments").isEmpty()) {
                JsonObject expected = asked.getAsJsonArray("answers").get(0).getAsJsonObject();
                assertEquals(
                        expected.get("score").getAsDouble(), answer.get("score").getAsDouble(), 1e-5);
                for (String field : List.of("start", "end", "answer")) {
                    assertEquals(expected.get(field), answer.get(field));
                }
                compared++;
            }
        }
        assertTrue(compared >= 2);
    }

    @Test
    void oneTextForAllQuestions() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "Nobody knows the trouble.");
        Run given =
                Run.of("run", "question-answering", "--model", SQUAD, "--context", "Nobody knows the trouble.", "Who?");
        Run read = Run.of("run", "question-answering", "--model", SQUAD, "--context-file", text.toString(), "Who?");
        assertEquals(0, given.exitCode(), given.err());
        assertEquals(given, read);
        assertTrue(given.out().matches("Who\\?\n  0\\.\\d{4}  .+\n"), given.out());
        Run three = Run.of(
                "run",
                "question-answering",
                "--model",
                SQUAD,
                "--context-file",
                text.toString(),
                "--top-k",
                "3",
                "--output",
                "json",
                "Who?");
        assertEquals(3, JsonParser.parseString(three.out()).getAsJsonArray().size());
        Run apart = Run.of(
                "run",
                "question-answering",
                "--model",
                SQUAD,
                "--doc-stride",
                "0",
                "--context-file",
                text.toString(),
                "Who?");
        assertEquals(given, apart, "one window, so nothing to share");
    }

    /** Two answers were asked for; a text of one word has one, and one of none has none. */
    @Test
    void oneAnswerIsNoListHoweverManyWereAskedFor() {
        String[] two = {"run", "question-answering", "--model", SQUAD, "--output", "json", "--top-k", "2", "--context"};
        JsonObject word =
                JsonParser.parseString(Run.of(with(two, "x", "Who?")).out()).getAsJsonObject();
        assertEquals("x", word.get("answer").getAsString());
        assertEquals(
                "{\"score\": 0.0, \"start\": 0, \"end\": 0, \"answer\": \"\"}\n",
                Run.of(with(two, " ", "Who?")).out());
        assertTrue(JsonParser.parseString(
                        Run.of(with(two, "Nobody knows.", "Who?")).out())
                .isJsonArray());
    }

    @Test
    void questionsThatCannotBeAsked() throws IOException {
        usage("--context TEXT or --context-file FILE", "question-answering", "--model", SQUAD, "Who?");
        usage("not both", "question-answering", "--model", SQUAD, "--context", "x", "--context-file", "y", "Who?");
        usage("give --model", "question-answering", "--context", "x", "Who?");
        usage("belongs to question-answering", "text-classification", "--context", "x", "y");
        failure("docStride", "question-answering", "--model", SQUAD, "--context", "x", "--doc-stride", "64", "Who?");
        failure("question: expected a text", "question-answering", "--model", SQUAD, "--context", "x", "");
        failure("qa_outputs", "question-answering", "--model", Run.fixture("distilbert-sst2"), "--context", "x", "y");
        Path bytes = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xFF, 'x'});
        failure("UTF-8", "question-answering", "--model", SQUAD, "--context-file", bytes.toString(), "y");
        Path line = Files.writeString(folder.resolve("line"), "{\"question\": \"Who?\"}\n");
        failure("\"context\"", "question-answering", "--model", SQUAD, "--input", line.toString());
    }

    @Test
    void aRankingOfArgumentsIsThatOfAFile() throws IOException {
        List<String> texts = List.of("We open at nine.", "Cats.", "We open at nine.", "Somebody drove to work.");
        Path file = Files.write(folder.resolve("texts.txt"), texts);
        String[] query = {
            "run", "text-ranking", "--model", CROSS_ENCODER, "--output", "json", "--query", "opening hours"
        };
        Run fromFile = Run.of(with(query, "--input", file.toString()));
        assertEquals(0, fromFile.exitCode(), fromFile.err());
        assertEquals(fromFile, Run.of(with(query, texts.toArray(String[]::new))));
        JsonArray ranked = JsonParser.parseString(fromFile.out()).getAsJsonArray();
        assertEquals(4, ranked.size());
        double before = Double.POSITIVE_INFINITY;
        for (JsonElement each : ranked) {
            JsonObject hit = each.getAsJsonObject();
            assertEquals(List.of("corpus_id", "score", "text"), List.copyOf(hit.keySet()));
            assertEquals(
                    texts.get(hit.get("corpus_id").getAsInt()), hit.get("text").getAsString());
            assertTrue(hit.get("score").getAsDouble() <= before);
            before = hit.get("score").getAsDouble();
        }
        Run two = Run.of(with(query, "--top-k", "2", "--input", file.toString()));
        assertEquals(
                ranked.asList().subList(0, 2),
                JsonParser.parseString(two.out()).getAsJsonArray().asList());

        JsonObject line = new JsonObject();
        line.addProperty("query", "opening hours");
        line.add("documents", JsonParser.parseString(new Gson().toJson(texts)));
        Path lines = Files.writeString(folder.resolve("lines.jsonl"), line + "\n" + line + "\n");
        Run each = Run.of(
                "run", "text-ranking", "--model", CROSS_ENCODER, "--output", "json", "--input", lines.toString());
        assertEquals(fromFile.out() + fromFile.out(), each.out());
    }

    @Test
    void textsThatAreCutAreCounted() {
        String[] query = {"run", "text-ranking", "--model", CROSS_ENCODER, "--query", "opening hours"};
        Run run = Run.of(with(query, "We open at nine.", "word ".repeat(200), "cats ".repeat(200)));
        assertEquals(0, run.exitCode());
        assertEquals(
                "tesserae: warning: 2 of 3 texts are longer than the model takes; their ends were not read\n",
                run.err());
    }

    @Test
    void rankingsThatCannotBeMade() throws IOException {
        usage("give --query", "text-ranking", "--model", CROSS_ENCODER, "x");
        failure("expected one label", "text-ranking", "--model", Run.fixture("distilbert-sst2"), "--query", "x", "y");
        Path line = Files.writeString(folder.resolve("line"), "a plain text\n");
        failure("--query TEXT", "text-ranking", "--model", CROSS_ENCODER, "--input", line.toString());
    }

    private static String[] with(String[] arguments, String... more) {
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }

    private static void usage(String why, String... arguments) {
        assertSays(2, why, Run.of(with(new String[] {"run"}, arguments)));
    }

    private static void failure(String why, String... arguments) {
        assertSays(1, why, Run.of(with(new String[] {"run"}, arguments)));
    }

    private static void assertSays(int exitCode, String why, Run run) {
        assertEquals(exitCode, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(why), run.err());
    }

    /** ColBERT: scored token by token, by the same command. */
    @Test
    void lateInteractionRanksToo(@TempDir Path late) throws IOException {
        ColBertFolder.ofItsAuthors(late);
        Run run = Run.of(
                "run",
                "text-ranking",
                "--model",
                late.toString(),
                "--query",
                "a funny film",
                "--top-k",
                "1",
                "--output",
                "json",
                "the actors",
                "Dull!");
        assertEquals(new Run(0, run.out(), ""), run);
        assertTrue(run.out().startsWith("[{\"corpus_id\": "), run.out());
    }
}

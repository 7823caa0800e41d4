package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.cli.output.Json;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tasks on tokens, masks, features and labels in any words, from the command line. */
class TokenTasksTest {

    private static final Path TEST_DATA = Path.of("..", "testdata");
    private static final String NER = Run.fixture("distilbert-ner");
    private static final String MASKED = Run.fixture("bert-mlm");
    private static final String INFERENCE = Run.fixture("distilbert-mnli");

    // --- token-classification

    /** Every answer of the reference that a command can ask for, all fields in its order. */
    @Test
    void entitiesAreThoseOfTheReference() throws IOException {
        int compared = 0;
        for (JsonObject question : cases("token-classification-answers.json")) {
            if (question.has("ignore_labels")) {
                continue;
            }
            List<String> arguments = new ArrayList<>(List.of("run", "ner", "--output", "json", "--input", "-"));
            arguments.addAll(
                    List.of("--model", Run.fixture(question.get("model").getAsString())));
            String aggregation = question.get("aggregation_strategy").getAsString();
            arguments.addAll(List.of("--aggregation", aggregation));
            if (question.has("stride")) {
                arguments.addAll(List.of("--stride", question.get("stride").getAsString()));
            }
            Run run = Run.withInput(question.get("text") + "\n", arguments.toArray(String[]::new));
            assertEquals(0, run.exitCode(), run.err());
            List<String> fields = aggregation.equals("none")
                    ? List.of("entity", "score", "index", "word", "start", "end")
                    : List.of("entity_group", "score", "word", "start", "end");
            JsonArray rows = new JsonArray();
            for (JsonElement entity : JsonParser.parseString(run.out()).getAsJsonArray()) {
                assertEquals(fields, List.copyOf(entity.getAsJsonObject().keySet()));
                JsonArray row = new JsonArray();
                entity.getAsJsonObject().asMap().values().forEach(row::add);
                rows.add(row);
            }
            assertAlike(question.get("answer"), rows, question.toString());
            compared++;
        }
        assertTrue(compared >= 70, "compared: " + compared);
    }

    @Test
    void peopleSeeTheTextsOwnSpelling() {
        Run run = Run.of(
                "run",
                "token-classification",
                "--model",
                NER,
                "--aggregation",
                "simple",
                "Angela MERKEL met Joe Biden in Washington.",
                "");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(2, run.lines().size());
        assertTrue(run.lines().get(0).startsWith("LOC Angela 0.5939, LOC MERKEL m 0.4935, "), run.out());
        assertEquals("(none)  ", run.lines().get(1));
    }

    @Test
    void aStrideReadsTheWholeTextAndOtherwiseItsEndIsWarnedOf() {
        String text = "Sarah lives in London. ".repeat(20);
        Run cut = Run.of("run", "ner", "--model", NER, "--aggregation", "simple", text);
        assertEquals("tesserae: warning: the input is longer than the model takes; its end was not read\n", cut.err());
        Run whole = Run.of("run", "ner", "--model", NER, "--aggregation", "simple", "--stride", "5", text);
        assertEquals("", whole.err());
        assertTrue(whole.out().length() > cut.out().length());
        Run tooWide = Run.of("run", "ner", "--model", NER, "--aggregation", "simple", "--stride", "62", text);
        assertEquals(1, tooWide.exitCode());
        assertTrue(tooWide.err().matches("tesserae: a stride of 62 tokens .*\n"), tooWide.err());
    }

    @Test
    void aTaskOnSingleTextsTakesNoPairs() {
        Run run =
                Run.withInput("{\"text\": \"a\", \"text_pair\": \"b\"}", "run", "ner", "--model", NER, "--input", "-");
        assertEquals(1, run.exitCode());
        assertEquals("tesserae: standard input: line 1: unknown key \"text_pair\"; expected \"text\"\n", run.err());
    }

    // --- fill-mask

    @Test
    void masksAreFilledAsInTheReference() throws IOException {
        for (JsonObject question : cases("fill-mask-answers.json")) {
            if (question.has("targets") && !question.get("targets").toString().matches("\\[\"\\w+\"(,\"\\w+\")*]")) {
                continue; // words that commas cannot separate
            }
            List<String> arguments = new ArrayList<>(List.of("run", "fill-mask", "--output", "json", "--input", "-"));
            arguments.addAll(
                    List.of("--model", Run.fixture(question.get("model").getAsString())));
            if (question.has("top_k")) {
                arguments.addAll(List.of("--top-k", question.get("top_k").getAsString()));
            }
            if (question.has("targets")) {
                arguments.addAll(
                        List.of("--targets", question.get("targets").toString().replaceAll("[\\[\\]\"]", "")));
            }
            Run run = Run.withInput(question.get("text") + "\n", arguments.toArray(String[]::new));
            assertEquals(0, run.exitCode(), run.err());
            assertAlike(question.get("answer"), JsonParser.parseString(run.out()), question.toString());
        }
    }

    @Test
    void whatIsScoredForAnUnknownTargetIsSaid() {
        Run run = Run.of("run", "fill-mask", "--model", MASKED, "--targets", "river, zzz", "Paris is the [MASK].");
        assertEquals(0, run.exitCode());
        assertEquals("tesserae: warning: the target 'zzz' is not in the vocabulary; 'z' is scored for it\n", run.err());
        assertTrue(run.out().matches("river 0\\.\\d{4}, z 0\\.\\d{4}  Paris is the \\[MASK]\\.\n"), run.out());
    }

    @Test
    void masksAreApartAndATextWithoutOneIsRefused() {
        Run run = Run.of("run", "fill-mask", "--model", MASKED, "--top-k", "1", "a [MASK] b [MASK]", "none", "[MASK]");
        assertEquals(1, run.exitCode());
        assertEquals(1, run.lines().size());
        assertTrue(run.out().matches("\\S+ 0\\.\\d{4} \\| \\S+ 0\\.\\d{4}  a \\[MASK] b \\[MASK]\n"), run.out());
        assertEquals("tesserae: argument 2: a text has no [MASK], which marks what is to be filled in\n", run.err());
    }

    /** A run of masks is one text, and what is hidden is such a run. */
    @Test
    void spansAreFilledAsOneText() {
        Run lines = Run.of(
                "run", "fill-mask", "--model", MASKED, "--spans", "--mask", "old map", "The old map was here [MASK].");
        assertEquals(new Run(0, lines.out(), ""), lines);
        assertTrue(lines.out().matches("[^|]+ 0\\.\\d{4} \\| [^|]+ 0\\.\\d{4}  the.* was here.*\\.\n"), lines.out());
        Run json = Run.of(
                "run",
                "fill-mask",
                "--model",
                MASKED,
                "--spans",
                "--output",
                "json",
                "\ud83d\ude42 [MASK][MASK] was [MASK]");
        assertEquals(new Run(0, json.out(), ""), json);
        JsonObject answer = JsonParser.parseString(json.out()).getAsJsonObject();
        assertEquals(List.of("sequence", "spans"), List.copyOf(answer.keySet()));
        JsonObject span = answer.getAsJsonArray("spans").get(0).getAsJsonObject();
        assertEquals(List.of("score", "start", "end", "tokens", "text"), List.copyOf(span.keySet()));
        assertEquals(2, span.get("start").getAsInt()); // in code points
        assertEquals(14, span.get("end").getAsInt());
        assertEquals(2, span.getAsJsonArray("tokens").size());
        assertEquals(2, answer.getAsJsonArray("spans").size());
    }

    @Test
    void spansThatCannotBeAreRefusedInOneLine() {
        Run topK = Run.of("run", "fill-mask", "--model", MASKED, "--spans", "--top-k", "3", "a [MASK]");
        assertEquals(2, topK.exitCode());
        assertTrue(topK.err().startsWith("tesserae run fill-mask: --top-k is for the tokens of each mask"), topK.err());
        Run empty = Run.of("run", "fill-mask", "--model", MASKED, "--mask", "", "a [MASK]");
        assertEquals(2, empty.exitCode());
        assertTrue(empty.err().contains("'--mask': expected a text, found an empty one"), empty.err());
        Run absent = Run.of("run", "fill-mask", "--model", MASKED, "--mask", "gold", "a [MASK]");
        assertEquals(
                new Run(1, "", "tesserae: argument 1: a text does not have 'gold', which is to be hidden in it\n"),
                absent);
    }

    // --- feature-extraction

    @ParameterizedTest
    @ValueSource(strings = {"bert-base", "bert-ner", "distilbert-sst2"})
    void featuresAreNestedListsOfAFloatsOwnDigits(String model) throws IOException {
        for (JsonObject question : cases("feature-extraction-answers.json")) {
            int tokens = question.getAsJsonArray("shape").get(0).getAsInt();
            if (!question.get("model").getAsString().equals(model) || tokens > 4) {
                continue;
            }
            Run run = Run.withInput(
                    question.get("text") + "\n",
                    "run",
                    "feature-extraction",
                    "--model",
                    Run.fixture(model),
                    "--output",
                    "json",
                    "--input",
                    "-");
            assertEquals(0, run.exitCode(), run.err());
            JsonArray batch = JsonParser.parseString(run.out()).getAsJsonArray();
            assertEquals(1, batch.size());
            assertAlike(question.get("values"), batch.get(0), question.toString());
            for (JsonElement value : batch.get(0).getAsJsonArray().get(0).getAsJsonArray()) {
                assertEquals(value.getAsDouble(), (double) (float) value.getAsDouble(), "a float32, widened");
            }
        }
    }

    @Test
    void theBundledModelHasFeatures() {
        Run run = Run.of("run", "feature-extraction", "hello", "film ".repeat(400));
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.lines().get(0).matches("\\d+ x 128: (-?\\d\\.\\d{4} ){4}\\.\\.\\.  hello"), run.out());
        assertTrue(run.lines().get(1).startsWith("128 x 128: "), run.out());
        assertTrue(run.err().startsWith("tesserae: warning: 1 of 2 inputs are longer"), run.err());
    }

    // --- zero-shot-classification

    @Test
    void labelsAreRankedAsInTheReference() throws IOException {
        for (JsonObject question : cases("zero-shot-answers.json")) {
            List<String> arguments = new ArrayList<>(List.of("run", "zero-shot-classification", "--output", "json"));
            arguments.addAll(
                    List.of("--model", Run.fixture(question.get("model").getAsString()), "--input", "-"));
            if (question.has("multi_label")) {
                arguments.add("--multi-label");
            }
            if (question.has("hypothesis_template")) {
                arguments.add("--hypothesis-template");
                arguments.add(question.get("hypothesis_template").getAsString());
            }
            JsonObject line = new JsonObject();
            line.add("candidate_labels", question.get("candidate_labels"));
            line.add("sequence", question.get("text"));
            Run run = Run.withInput(line + "\n", arguments.toArray(String[]::new));
            assertEquals(0, run.exitCode(), run.err());
            JsonObject answer = JsonParser.parseString(run.out()).getAsJsonObject();
            assertEquals(List.of("sequence", "labels", "scores"), List.copyOf(answer.keySet()));
            assertEquals(question.get("text"), answer.remove("sequence"));
            assertAlike(question.get("answer"), answer, question.toString());
        }
    }

    @Test
    void labelsComeFromTheCommandOrFromTheLine() {
        String[] command = {"run", "zero-shot-classification", "--model", INFERENCE, "--labels", "a, b", "--input", "-"
        };
        Run run = Run.withInput("""
                We love soccer
                {"sequence": "We love soccer"}
                {"sequence": "We love soccer", "candidate_labels": null}
                {"sequence": "We love soccer", "candidate_labels": ["b", "a"]}
                {"sequence": "We love soccer", "candidate_labels": "b ,a"}
                {"sequence": "We love soccer", "candidate_labels": ["a, b"]}
                """, command);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(6, run.lines().size());
        assertEquals(1, run.lines().subList(0, 5).stream().distinct().count(), run.out());
        assertTrue(run.lines().get(5).matches("a, b \\d\\.\\d{4}  We love soccer"), run.out());
        command[4] = "--candidate-labels";
        assertEquals(
                run.lines().subList(0, 1),
                Run.withInput("We love soccer", command).lines());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sequence\": \"x\"}",
                "x",
                "{\"sequence\": \"x\", \"candidate_labels\": []}",
                "{\"sequence\": \"x\", \"candidate_labels\": \" , \"}",
                "{\"sequence\": \"x\", \"candidate_labels\": [1]}",
                "{\"sequence\": \"x\", \"candidate_labels\": {}}",
                "{\"sequence\": \"\", \"candidate_labels\": \"a\"}",
                "{\"candidate_labels\": \"a\"}",
                "{\"text\": \"x\", \"candidate_labels\": \"a\"}",
            })
    void aLineWithoutATextOrLabelsIsRefused(String line) {
        Run run = Run.withInput(line, "run", "zero-shot-classification", "--model", INFERENCE, "--input", "-");
        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().matches("tesserae: standard input: line 1: .+\n"), run.err());
    }

    @Test
    void aModelThatIsNotOfInferenceIsWarnedOf() {
        Run run = Run.of(
                "run", "zero-shot-classification", "--model", Run.fixture("distilbert-sst2"), "--labels", "a,b", "x");
        assertEquals(0, run.exitCode());
        assertTrue(run.err().matches("tesserae: warning: .*config\\.json: label2id .*\"entail\".*\n"), run.err());
    }

    // --- all of them

    @Test
    void aModelWithoutTheTasksHeadIsOneLine() {
        for (List<String> task :
                List.of(List.of("ner"), List.of("fill-mask"), List.of("zero-shot-classification", "--labels", "a"))) {
            List<String> arguments = new ArrayList<>(List.of("run"));
            arguments.addAll(task);
            arguments.addAll(List.of("--model", Run.fixture("bert-base"), "[MASK]"));
            Run run = Run.of(arguments.toArray(String[]::new));
            assertEquals(1, run.exitCode());
            assertTrue(run.err().matches("tesserae: .*bert-base.*missing.*\n"), run.err());
        }
    }

    /** Any line of any task is answered with a line of JSON, or refused with a line. */
    @Property(tries = 60)
    void anyTextIsAnsweredOrRefused(@ForAll String text, @ForAll boolean object) {
        String quoted = new Json().string(text).toString();
        for (Map.Entry<List<String>, String> task : Map.of(
                        List.of("ner", "--model", NER, "--aggregation", "average", "--stride", "9"), "text",
                        List.of("fill-mask", "--model", MASKED), "text",
                        List.of("feature-extraction"), "text",
                        List.of("zero-shot-classification", "--model", INFERENCE, "--labels", "a,b"), "sequence")
                .entrySet()) {
            List<String> arguments = new ArrayList<>(List.of("run", "--output", "json", "--input", "-"));
            arguments.addAll(1, task.getKey());
            String line = object ? "{\"" + task.getValue() + "\": " + quoted + "}" : quoted;
            Run run = Run.withInput(line, arguments.toArray(String[]::new));
            if (run.exitCode() == 0) {
                assertEquals(1, run.lines().size());
                JsonParser.parseString(run.out());
            } else {
                assertEquals(1, run.exitCode());
                assertTrue(run.err().matches("tesserae: [^\\p{Cntrl}]+\n"), run.err());
            }
        }
    }

    private static List<JsonObject> cases(String file) throws IOException {
        JsonObject answers =
                JsonParser.parseString(Packed.text(TEST_DATA.resolve(file))).getAsJsonObject();
        return answers.getAsJsonArray("cases").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    /** The same members in the same order; numbers to within 1e-5, or twice that of what is larger than 1. */
    private static void assertAlike(JsonElement expected, JsonElement found, String what) {
        if (expected instanceof JsonArray array) {
            assertEquals(array.size(), found.getAsJsonArray().size(), what);
            for (int i = 0; i < array.size(); i++) {
                assertAlike(array.get(i), found.getAsJsonArray().get(i), what);
            }
        } else if (expected instanceof JsonObject object) {
            assertEquals(
                    List.copyOf(object.keySet()),
                    List.copyOf(found.getAsJsonObject().keySet()),
                    what);
            object.asMap()
                    .forEach((name, value) ->
                            assertAlike(value, found.getAsJsonObject().get(name), what));
        } else if (expected.getAsJsonPrimitive().isNumber()) {
            double value = expected.getAsDouble();
            assertEquals(value, found.getAsDouble(), Math.abs(value) > 1 ? 2e-5 : 1e-5, what);
        } else {
            assertEquals(expected, found, what);
        }
    }
}

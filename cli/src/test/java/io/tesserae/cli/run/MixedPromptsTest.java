package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run image-text-to-text}, and conversations of {@code run text-generation}: what a line may be, and what is said of others. */
class MixedPromptsTest {

    private static final Path CONVERSATION = Run.FIXTURES.resolve("idefics3/conversation");
    private static final String SHAPES = image("shapes.png");
    private static final String GREY = image("grey.png");

    private static String image(String name) {
        return Run.FIXTURES.resolve("images").resolve(name).toString();
    }

    private static String model(String fixture) {
        return Packed.checkpoint(Run.FIXTURES.resolve(fixture)).toString();
    }

    private static Run mixed(String input, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run", "image-text-to-text", "--model", model("idefics3/conversation"), "--max-new-tokens", "8"));
        arguments.addAll(Arrays.asList(more));
        return Run.withInput(input, arguments.toArray(String[]::new));
    }

    private static String line(Run run) {
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(1, run.lines().size(), run.out());
        return run.lines().getFirst();
    }

    private static String failed(Run run) {
        assertEquals(1, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertFalse(run.err().contains("internal error"), run.err());
        return run.err();
    }

    /** Pictures have their folder before their names. */
    private static JsonElement placed(JsonElement value) {
        String folder = Run.FIXTURES.resolve("images").toString().replace("\\", "\\\\") + "/";
        return JsonParser.parseString(value.toString().replaceAll("\"(?=[a-z-]+\\.png\")", "\"" + folder));
    }

    @Test
    void answersAreThoseOfTheReferencesPipelineFieldByField() throws IOException {
        JsonObject expected = JsonParser.parseString(Packed.text(CONVERSATION.resolve("expected.json")))
                .getAsJsonObject();
        StringBuilder input = new StringBuilder();
        List<JsonElement> answers = new ArrayList<>();
        for (JsonElement asked : expected.getAsJsonArray("mixed")) {
            input.append(placed(asked.getAsJsonObject().get("prompt"))).append('\n');
            answers.add(placed(asked.getAsJsonObject().get("answer")));
        }
        Run run = mixed(input.toString(), "--output", "json", "--input", "-");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(answers, run.lines().stream().map(JsonParser::parseString).toList());
        assertTrue(answers.size() > 5);
    }

    /** The same prompt in every form that it can have. */
    @Test
    void aPromptMayBeArgumentsLinesPartsAndExamples(@TempDir Path folder) throws IOException {
        String marked = "<image>a dog<image>a";
        String whole = line(mixed("", "--image", SHAPES, "--image", GREY, marked));
        assertTrue(whole.startsWith(marked), whole);
        String images = "[\"" + SHAPES + "\", \"" + GREY + "\"]";
        String parts = "[{\"image\": \"" + SHAPES + "\"}, {\"text\": \"a dog\"}, {\"image\": \"" + GREY + "\"}, \"a\"]";
        for (String form : List.of(
                "{\"text\": \"" + marked + "\", \"images\": " + images + "}",
                "{\"parts\": " + parts + "}",
                "{\"prompt\": " + parts + "}")) {
            assertEquals(whole, line(mixed(form, "--input", "-")), form);
        }
        assertEquals(whole, line(mixed("\"" + marked + "\"", "--input", "-", "--image", SHAPES, "--image", GREY)));
        assertEquals(whole, line(mixed("", "--stream", "--image", SHAPES, "--image", GREY, marked)));
        Path examples = folder.resolve("examples.json");
        Files.writeString(examples, "[{\"image\": \"" + SHAPES + "\"},\n {\"text\": \"a dog\"}]");
        assertEquals(
                whole,
                "<image>a dog" + line(mixed("", "--examples", examples.toString(), "--image", GREY, "<image>a")));
    }

    @Test
    void aTextMayBeWhatAUserSays() {
        String messages = "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\", \"url\": \""
                + SHAPES + "\"}, {\"type\": \"text\", \"text\": \"what?\"}]}]}";
        String answer = line(mixed(messages, "--input", "-"));
        assertEquals(answer, line(mixed("", "--chat", "--image", SHAPES, "what?")));
        assertEquals(answer, line(mixed("", "--chat", "--image", SHAPES, "<image>what?")));
        assertEquals(
                answer,
                line(mixed(messages.replace(", \"url\": \"" + SHAPES + "\"", ""), "--input", "-", "--image", SHAPES)));
        JsonArray json = JsonParser.parseString(line(mixed(messages, "--input", "-", "--output", "json")))
                .getAsJsonArray();
        JsonObject only = json.get(0).getAsJsonObject();
        assertEquals(JsonParser.parseString(messages).getAsJsonObject().get("messages"), only.get("input_text"));
        assertEquals(2, only.getAsJsonArray("generated_text").size());
    }

    @Test
    void whatIsNoPromptIsNamedAndTheOthersAreAnswered() {
        List<String> bad = List.of(
                "{\"images\": []}",
                "{\"text\": \"a\", \"parts\": [\"b\"]}",
                "{\"parts\": []}",
                "{\"parts\": [{\"text\": 1}]}",
                "{\"parts\": [{\"text\": \"a\", \"image\": \"b.png\"}]}",
                "{\"parts\": [\"a\"], \"images\": []}",
                "{\"parts\": [{\"text\": \"a\", \"text\": \"b\"}]}",
                "{\"messages\": []}",
                "{\"messages\": [{\"role\": \"user\"}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"video\"}]}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\"}]}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\", \"url\": \"https://a.b/c.png\"}]}]}",
                "{\"text\": \"<image>\", \"images\": [\"no-such.png\"]}",
                "{\"text\": \"<image>\"}",
                "{\"text\": \"a\", \"images\": [\"" + SHAPES + "\"]}",
                "{\"parts\": " + "[".repeat(5_000),
                "{\"unknown\": 1}");
        String input = "a\n" + String.join("\n", bad) + "\n{\"text\": \"b\"}\n";
        Run run = mixed(input, "--input", "-", "--on-error", "skip", "--output", "json");
        assertEquals(3, run.exitCode(), run.err());
        List<JsonElement> answers =
                run.lines().stream().map(JsonParser::parseString).toList();
        assertEquals(bad.size() + 2, answers.size(), run.out());
        assertTrue(answers.getFirst().isJsonArray() && answers.getLast().isJsonArray(), run.out());
        for (int i = 1; i <= bad.size(); i++) {
            JsonObject refused = answers.get(i).getAsJsonObject();
            assertEquals(i + 1, refused.get("line").getAsInt());
            assertTrue(refused.get("error").getAsString().startsWith("standard input: line " + (i + 1)), run.out());
        }
        assertFalse(run.err().contains("internal error"), run.err());
    }

    @Test
    void whatIsWrongWithTheCommandIsOneLine(@TempDir Path folder) throws IOException {
        assertTrue(failed(mixed("", "--image", SHAPES, "<image><image>")).contains("a place for 2 pictures"));
        assertTrue(failed(mixed("", "--image", "no-such.png", "<image>")).contains("no-such.png"));
        assertTrue(failed(mixed("", "--image", "https://a.b/c.png", "<image>")).contains("nothing is downloaded"));
        Path examples = folder.resolve("examples.json");
        assertTrue(failed(mixed("", "--examples", examples.toString(), "a")).contains("no such file"));
        for (String broken : List.of("", "[", "[1]", "{}", "[] []", "[\"a\"", "[{\"video\": \"a\"}]")) {
            Files.writeString(examples, broken);
            assertTrue(failed(mixed("", "--examples", examples.toString(), "a")).contains("examples.json"), broken);
        }
        Run idefics = Run.of("run", "image-text-to-text", "--model", model("idefics/plain"), "--chat", "a");
        assertTrue(failed(idefics).contains("expected a chat template"));
        Run blip = Run.of("run", "image-text-to-text", "--model", model("blip/caption"), "a");
        assertTrue(failed(blip).contains("take the task image-to-text"));
        Run gpt2 = Run.of("run", "image-text-to-text", "--model", model("gpt2/writing/model"), "a");
        assertTrue(failed(gpt2).contains("idefics"));
    }

    @Test
    void aModelOfTextsAnswersConversations(@TempDir Path folder) throws IOException {
        JsonObject expected = JsonParser.parseString(Packed.text(CONVERSATION.resolve("expected.json")))
                .getAsJsonObject();
        try (var files = Files.list(Path.of(model("gpt2/writing/model")))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Files.writeString(
                folder.resolve("chat_template.jinja"), expected.get("template").getAsString());
        String[] arguments = {
            "run",
            "text-generation",
            "--model",
            folder.toString(),
            "--generation-config",
            "{\"do_sample\": false}",
            "--max-new-tokens",
            "6",
            "--output",
            "json"
        };
        for (JsonElement asked : expected.getAsJsonArray("texts")) {
            JsonObject question = new JsonObject();
            question.add("messages", asked.getAsJsonObject().get("messages"));
            String[] all = Arrays.copyOf(arguments, arguments.length + 2);
            all[arguments.length] = "--input";
            all[arguments.length + 1] = "-";
            assertEquals(
                    asked.getAsJsonObject().get("answer"),
                    JsonParser.parseString(line(Run.withInput(question + "\n", all))));
        }
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--chat";
        all[arguments.length + 1] = "hi";
        assertEquals(
                expected.getAsJsonArray("texts").get(0).getAsJsonObject().get("answer"),
                JsonParser.parseString(line(Run.of(all))));
        Run without = Run.of("run", "text-generation", "--model", model("gpt2/writing/model"), "--chat", "hi");
        assertTrue(failed(without).contains("expected a chat template"), without.err());
    }
}

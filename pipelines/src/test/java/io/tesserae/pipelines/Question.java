package io.tesserae.pipelines;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassificationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a pipeline is asked, and what the reference's pipeline answered: labels best first. */
public record Question(TextInput input, TextClassificationOptions options, List<Classification> answer) {

    public static final Path TEST_DATA = Path.of("..", "testdata");

    /** A checkpoint's own questions, all asked alike; none if it was never given to a pipeline. */
    public static List<Question> ofFixture(Path folder) throws IOException {
        JsonObject expected = parse(folder.resolve("expected.json"));
        if (!expected.has("task")
                || !expected.get("task").isJsonPrimitive()
                || !expected.get("task").getAsString().equals("text-classification")) {
            return List.of();
        }
        JsonObject arguments = expected.getAsJsonObject("arguments");
        boolean truncation =
                arguments.has("truncation") && arguments.get("truncation").getAsBoolean();
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < expected.getAsJsonArray("inputs").size(); i++) {
            questions.add(new Question(
                    input(expected.getAsJsonArray("inputs").get(i)),
                    options(arguments.get("top_k"), truncation),
                    answer(expected.getAsJsonArray("pipeline").get(i))));
        }
        return questions;
    }

    /** The questions to the bundled sentiment model: what testdata/make_sentiment_answers.py wrote. */
    public static List<Question> ofBundledModel() throws IOException {
        return ofFile("sentiment-answers.json");
    }

    /** The questions to a model of BERT, pairs most of them: what testdata/make_token_task_answers.py wrote. */
    public static List<Question> ofBert() throws IOException {
        return ofFile("bert-text-classification-answers.json");
    }

    private static List<Question> ofFile(String file) throws IOException {
        List<Question> questions = new ArrayList<>();
        for (JsonElement element : parse(TEST_DATA.resolve(file)).getAsJsonArray("cases")) {
            JsonObject question = element.getAsJsonObject();
            questions.add(new Question(
                    input(question.get("input")),
                    options(question.get("top_k"), true),
                    answer(question.get("answers"))));
        }
        return questions;
    }

    private static JsonObject parse(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    public static TextInput input(JsonElement input) {
        return input instanceof JsonObject pair
                ? TextInput.of(
                        pair.get("text").getAsString(), pair.get("text_pair").getAsString())
                : TextInput.of(input.getAsString());
    }

    private static TextClassificationOptions options(JsonElement topK, boolean truncation) {
        TextClassificationOptions options = TextClassificationOptions.DEFAULT.withTruncation(truncation);
        return topK.isJsonNull() ? options.withAllLabels() : options.withTopK(topK.getAsInt());
    }

    public static List<Classification> answer(JsonElement answer) {
        List<Classification> classifications = new ArrayList<>();
        for (JsonElement element : answer.getAsJsonArray()) {
            JsonObject classification = element.getAsJsonObject();
            classifications.add(new Classification(
                    classification.get("label").getAsString(),
                    classification.get("score").getAsFloat()));
        }
        return classifications;
    }
}

package io.tesserae.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What every checkpoint is asked: the inputs of the reference's answers, each once, as lines of {@code --input}.
 *
 * @param texts single texts
 * @param textsAndPairs texts, and pairs of them
 * @param masked texts with masks
 * @param labelled texts with labels that each may have
 * @param questions questions with their contexts
 * @param ranked queries with their documents
 * @param compared sentences, each with all others to compare with
 * @param encoders sentence encoders, by the files that make each
 */
record BitsQuestions(
        String texts,
        String textsAndPairs,
        String masked,
        String labelled,
        String questions,
        String ranked,
        String compared,
        List<JsonObject> encoders) {

    private static final Path TEST_DATA = Path.of("..", "testdata");

    static BitsQuestions read() {
        JsonObject sentences = answers("sentence-embedding-answers.json");
        List<JsonElement> texts =
                new ArrayList<>(sentences.getAsJsonArray("texts").asList());
        cases("token-classification-answers.json").forEach(each -> texts.add(each.get("text")));
        return new BitsQuestions(
                lines(texts.stream()),
                lines(Stream.of("sentiment-answers.json", "bert-text-classification-answers.json")
                        .flatMap(BitsQuestions::cases)
                        .map(each -> each.get("input"))),
                lines(cases("fill-mask-answers.json").map(each -> each.get("text"))),
                lines(cases("zero-shot-answers.json")
                        .map(each -> object(
                                "sequence", each.get("text"), "candidate_labels", each.get("candidate_labels")))),
                lines(cases("question-answers.json")
                        .map(each -> object("question", each.get("question"), "context", each.get("context")))),
                lines(cases("ranking-answers.json")
                        .map(each -> object("query", each.get("query"), "documents", each.get("documents")))),
                compared(sentences.getAsJsonArray("texts")),
                sentences.getAsJsonArray("cases").asList().stream()
                        .map(JsonElement::getAsJsonObject)
                        .toList());
    }

    private static String compared(JsonArray texts) {
        return lines(Stream.of("a film", "")
                .map(text -> object("source_sentence", new JsonPrimitive(text), "sentences", texts)));
    }

    private static JsonObject object(String name, JsonElement value, String otherName, JsonElement otherValue) {
        JsonObject object = new JsonObject();
        object.add(name, value);
        object.add(otherName, otherValue);
        return object;
    }

    private static String lines(Stream<? extends JsonElement> inputs) {
        return inputs.map(JsonElement::toString)
                .distinct()
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static Stream<JsonObject> cases(String file) {
        return answers(file).getAsJsonArray("cases").asList().stream().map(JsonElement::getAsJsonObject);
    }

    private static JsonObject answers(String file) {
        try {
            return JsonParser.parseString(Packed.text(TEST_DATA.resolve(file))).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.tesserae.server.route;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassification;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.server.json.RequestJson;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import io.tesserae.server.serving.OpenModel;
import java.util.ArrayList;
import java.util.List;

/** {@code /predict}: all labels of a text or a pair of texts, and of many of them. */
record PredictRoute(Models models, TextInputs texts) implements Route {

    private static final TextClassificationOptions ALL_LABELS =
            TextClassificationOptions.DEFAULT.withAllLabels().withTruncation(true);

    /** @param nested whether the answer is a list of lists */
    private record Inputs(List<TextInput> inputs, boolean nested) {}

    @Override
    public Reply answer(Query query, Call call) {
        Members members = query.members();
        var task = models.choose(Embedder.model(members), OpenModel::classification, "classifies texts");
        var pipeline = task.pipeline();
        Inputs inputs = read(members.require("inputs"));
        inputs.inputs().forEach(input -> {
            call.read(input.text());
            input.textPair().ifPresent(call::read);
        });
        texts.requireFitting(inputs.inputs(), members, pipeline.tokenizer(), pipeline.maxLength());
        TextClassificationOptions options =
                members.bool("raw_scores", false) ? ALL_LABELS.withFunctionToApply(ScoreFunction.NONE) : ALL_LABELS;
        List<TextClassification> answers = task.answer(inputs.inputs(), options, call);
        JsonText json = new JsonText();
        if (inputs.nested()) {
            json.array(answers, PredictRoute::write);
        } else {
            write(json, answers.getFirst());
        }
        return Reply.json(json.toString());
    }

    /** A text, an array of one or two strings, which is a text or a pair, or an array of such arrays. */
    private static Inputs read(JsonElement value) {
        if (Members.isString(value)) {
            return new Inputs(List.of(TextInput.of(TextInputs.requireText(value.getAsString(), "inputs"))), false);
        }
        if (!(value instanceof JsonArray array)) {
            throw RequestException.validation("inputs: expected a text, a pair of texts or a list of these, found "
                    + RequestJson.describe(value));
        }
        if (array.isEmpty()) {
            throw RequestException.empty("`inputs` cannot be empty");
        }
        if (Members.isString(array.get(0))) {
            return new Inputs(List.of(pair(array, "inputs")), false);
        }
        List<TextInput> inputs = new ArrayList<>(array.size());
        for (JsonElement element : array) {
            String place = "inputs[" + inputs.size() + "]";
            if (!(element instanceof JsonArray texts)) {
                throw RequestException.validation(
                        place + ": expected an array of one or two texts, found " + RequestJson.describe(element));
            }
            inputs.add(pair(texts, place));
        }
        return new Inputs(inputs, true);
    }

    private static TextInput pair(JsonArray array, String place) {
        List<String> texts = Members.strings(array, place);
        return switch (texts.size()) {
            case 0 -> throw RequestException.empty("`" + place + "` cannot be empty");
            case 1 -> TextInput.of(TextInputs.requireText(texts.getFirst(), place));
            case 2 -> TextInput.of(texts.getFirst(), texts.getLast());
            default ->
                throw RequestException.validation(place + ": expected a text or a pair of texts, found " + texts.size()
                        + "; a list of texts is [[\"a\"], [\"b\"]]");
        };
    }

    private static void write(JsonText json, TextClassification answer) {
        json.array(answer.labels(), PredictRoute::write);
    }

    private static void write(JsonText json, Classification label) {
        json.begin()
                .name("score")
                .number(label.score())
                .name("label")
                .string(label.label())
                .end();
    }
}

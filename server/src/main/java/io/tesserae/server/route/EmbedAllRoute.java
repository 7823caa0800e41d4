package io.tesserae.server.route;

import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.FeatureExtractionOptions;
import io.tesserae.pipelines.text.TextFeatures;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import io.tesserae.server.serving.OpenModel;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** {@code /embed_all}: a vector for each token of each text. */
record EmbedAllRoute(Models models, TextInputs texts) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        Members members = query.members();
        var task = models.choose(Embedder.model(members), OpenModel::features, "makes embeddings of tokens");
        var pipeline = task.pipeline();
        List<String> inputs = texts.read(members, "inputs", pipeline.tokenizer());
        inputs.forEach(call::read);
        texts.requireFitting(
                inputs.stream().map(TextInput::of).toList(), members, pipeline.tokenizer(), pipeline.maxLength());
        List<TextFeatures> answers = task.answer(inputs, FeatureExtractionOptions.DEFAULT.withTruncation(true), call);
        JsonText json = new JsonText();
        json.array(answers, (out, answer) -> write(out, answer.hiddenStates()));
        return Reply.json(json.toString());
    }

    /** @param states {@code [tokens, hidden]} */
    private static void write(JsonText json, Tensor states) {
        int hidden = states.dimension(-1);
        json.beginArray();
        for (int token = 0; token < states.dimension(0); token++) {
            json.floats(Arrays.copyOfRange(states.data(), token * hidden, (token + 1) * hidden));
        }
        json.endArray();
    }
}

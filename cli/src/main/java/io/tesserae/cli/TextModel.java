package io.tesserae.cli;

import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.Encoder;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model that takes token ids; what it returns is padded to the length of its feed. */
sealed interface TextModel extends LoadedModel {

    /** Computes the result and lets go of it. */
    void forward(TokenBatch batch);

    /** The model below the head. */
    Encoder encoder();

    /** With a classification head. */
    record Classifier(AutoModelForSequenceClassification model) implements TextModel {
        @Override
        public Map<String, Tensor> forward(SafetensorsFile file, OutputOptions options) {
            TokenFeed feed = TokenFeed.read(file);
            var output = model.forward(feed.batch(), options);
            return named(feed, "logits", output.logits(), output.hiddenStates(), output.attentions());
        }

        @Override
        public void forward(TokenBatch batch) {
            model.forward(batch);
        }

        @Override
        public Encoder encoder() {
            return model.classifier().encoder();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** Without a head. */
    record Base(AutoModel model) implements TextModel {
        @Override
        public Map<String, Tensor> forward(SafetensorsFile file, OutputOptions options) {
            TokenFeed feed = TokenFeed.read(file);
            var output = model.forward(feed.batch(), options);
            Tensor lastHiddenState = feed.batch().pad(output.lastHiddenState(), feed.length());
            return named(feed, "last_hidden_state", lastHiddenState, output.hiddenStates(), output.attentions());
        }

        @Override
        public void forward(TokenBatch batch) {
            model.forward(batch);
        }

        @Override
        public Encoder encoder() {
            return model.encoder();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    private static Map<String, Tensor> named(
            TokenFeed feed,
            String resultName,
            Tensor result,
            List<Tensor> hiddenStates,
            List<List<Tensor>> attentions) {
        TokenBatch batch = feed.batch();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put(resultName, result);
        for (int layer = 0; layer < hiddenStates.size(); layer++) {
            outputs.put("hidden_states." + layer, batch.pad(hiddenStates.get(layer), feed.length()));
        }
        for (int layer = 0; layer < attentions.size(); layer++) {
            outputs.put("attentions." + layer, batch.padAttentions(attentions.get(layer), feed.length()));
        }
        return outputs;
    }
}

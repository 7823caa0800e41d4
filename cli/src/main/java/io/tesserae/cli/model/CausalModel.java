package io.tesserae.cli.model;

import io.tesserae.cli.model.feed.TokenFeed;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.CausalLanguageModel;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model that continues texts. Without positions in the feed, a token's is its column, as in a bare pass of the reference, whatever the
 * mask says.
 */
record CausalModel(CausalLanguageModel model) implements LoadedModel {

    /** Loads a checkpoint with its head. */
    static CausalModel load(Checkpoint checkpoint, Engine engine) {
        return new CausalModel(checkpoint.load(Head.CAUSAL_LM, engine));
    }

    @Override
    public Map<String, Tensor> forward(SafetensorsFile file, OutputOptions options) {
        TokenFeed feed = TokenFeed.readWithPositions(file);
        var output = model.forward(feed.positioned(), options);
        TokenBatch columns = feed.batch();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("logits", columns.pad(output.logits(), feed.length()));
        for (int layer = 0; layer < output.hiddenStates().size(); layer++) {
            outputs.put(
                    "hidden_states." + layer, columns.pad(output.hiddenStates().get(layer), feed.length()));
        }
        for (int layer = 0; layer < output.attentions().size(); layer++) {
            outputs.put(
                    "attentions." + layer,
                    columns.padAttentions(output.attentions().get(layer), feed.length()));
        }
        return outputs;
    }

    @Override
    public void close() {
        model.close();
    }
}

package io.tesserae.cli.model;

import io.tesserae.cli.model.feed.StreamFeed;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.DecoderOutput;
import io.tesserae.model.NextTokenLoss;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.StreamModel;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model that continues streams of words, numbers, pictures and actions. */
record StreamingModel(StreamModel model) implements LoadedModel {

    /** Loads a checkpoint with its head. */
    static StreamingModel load(Checkpoint checkpoint, Engine engine) {
        return new StreamingModel(checkpoint.load(Head.STREAM, engine));
    }

    @Override
    public Map<String, Tensor> forward(SafetensorsFile file, OutputOptions options) {
        StreamFeed feed = StreamFeed.read(file, model);
        TokenBatch elements = feed.batch().elements();
        var output = model.forward(feed.batch(), options);
        DecoderOutput decoded = output.decoded();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("logits", elements.pad(decoded.logits(), feed.length()));
        outputs.put("embeddings", elements.pad(output.embeddings(), feed.length()));
        outputs.put("loss", Tensor.of(new float[] {NextTokenLoss.of(elements, decoded.logits(), feed.counts())}));
        for (int layer = 0; layer < decoded.hiddenStates().size(); layer++) {
            outputs.put(
                    "hidden_states." + layer,
                    elements.pad(decoded.hiddenStates().get(layer), feed.length()));
        }
        for (int layer = 0; layer < decoded.attentions().size(); layer++) {
            outputs.put(
                    "attentions." + layer,
                    elements.padAttentions(decoded.attentions().get(layer), feed.length()));
        }
        return outputs;
    }

    @Override
    public void close() {
        model.close();
    }
}

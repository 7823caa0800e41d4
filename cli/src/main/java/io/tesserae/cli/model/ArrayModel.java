package io.tesserae.cli.model;

import io.tesserae.cli.console.CommandException;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.LatentEncoder;
import io.tesserae.model.Model;
import io.tesserae.model.OpticalFlowEstimator;
import io.tesserae.model.OutputOptions;
import io.tesserae.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model that takes numbers as they are, which nothing prepares. */
sealed interface ArrayModel extends LoadedModel {

    /** Loads a checkpoint with a head. */
    static ArrayModel load(Head<?> head, Checkpoint checkpoint, Engine engine) {
        return switch (checkpoint.load(head, engine)) {
            case LatentEncoder encoder -> new Latents(encoder);
            case OpticalFlowEstimator estimator -> new Flow(estimator);
            case Model other -> {
                other.close();
                throw new IllegalArgumentException(head.suffix());
            }
        };
    }

    /** Reads rows of vectors. */
    record Latents(LatentEncoder model) implements ArrayModel {
        @Override
        public Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options) {
            RowFeed rows = RowFeed.read(feed);
            int sequences = rows.batch().sequences().size();
            var output = model.forward(rows.batch(), options);
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put("last_hidden_state", LatentTensors.bySequence(output.lastHiddenState(), sequences));
            var crossAttentions = LatentTensors.padded(
                    output.crossAttentions(), rows.starts(), rows.positions(), rows.paddedLength());
            LatentTensors.add(outputs, sequences, output.hiddenStates(), output.attentions(), crossAttentions);
            return outputs;
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** Follows pixels from one picture to the next. */
    record Flow(OpticalFlowEstimator model) implements ArrayModel {
        @Override
        public Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options) {
            String shape = "[batch, 2, 27, height, width]";
            for (String name : feed.names()) {
                if (!name.equals("inputs")) {
                    throw new CommandException(feed.describe(name) + ": unknown input; expected inputs " + shape);
                }
            }
            Tensor patches = FloatFeed.read(feed, "inputs", shape, 5);
            var output = model.forward(patches, options);
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put("logits", output.flow());
            LatentTensors.add(
                    outputs,
                    patches.dimension(0),
                    output.hiddenStates(),
                    output.attentions(),
                    output.crossAttentions());
            return outputs;
        }

        @Override
        public void close() {
            model.close();
        }
    }
}

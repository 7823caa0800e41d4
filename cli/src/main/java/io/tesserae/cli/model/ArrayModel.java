package io.tesserae.cli.model;

import io.tesserae.cli.console.CommandException;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.FeatureBatch;
import io.tesserae.model.LatentEncoder;
import io.tesserae.model.Model;
import io.tesserae.model.OpticalFlowEstimator;
import io.tesserae.model.OutputOptions;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
            FeatureBatch batch = features(feed);
            var output = model.forward(batch, options);
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            int sequences = batch.sequences().size();
            outputs.put("last_hidden_state", LatentTensors.bySequence(output.lastHiddenState(), sequences));
            LatentTensors.add(outputs, sequences, output.hiddenStates(), output.attentions(), output.crossAttentions());
            return outputs;
        }

        /** The rows that a mask leaves of {@code inputs [batch, rows, width]}. */
        private static FeatureBatch features(SafetensorsFile feed) {
            for (String name : feed.names()) {
                if (!name.equals("inputs") && !name.equals("attention_mask")) {
                    throw new CommandException(feed.describe(name)
                            + ": unknown input; expected inputs [batch, rows, width] and, if wanted, attention_mask");
                }
            }
            Tensor inputs = FloatFeed.read(feed, "inputs", "[batch, rows, width]", 3);
            int rows = inputs.dimension(1);
            int width = inputs.dimension(2);
            int[][] mask = feed.names().contains("attention_mask")
                    ? TokenFeed.rows(
                            feed, "attention_mask", new long[] {inputs.dimension(0), rows}, inputs.dimension(0), rows)
                    : null;
            List<Tensor> sequences = new ArrayList<>();
            for (int s = 0; s < inputs.dimension(0); s++) {
                float[] kept = new float[rows * width];
                int count = 0;
                for (int row = 0; row < rows; row++) {
                    int here = mask == null ? 1 : mask[s][row];
                    if (here != 0 && here != 1) {
                        throw new CommandException(
                                feed.describe("attention_mask") + ": expected 0 or 1, found " + here);
                    }
                    if (here == 1) {
                        System.arraycopy(inputs.data(), (s * rows + row) * width, kept, count++ * width, width);
                    }
                }
                if (count == 0) {
                    throw new CommandException(feed.describe("attention_mask") + ": sequence " + s
                            + " has no row that is not masked, and latents have nothing to read");
                }
                sequences.add(Tensor.of(Arrays.copyOf(kept, count * width), count, width));
            }
            return new FeatureBatch(sequences);
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

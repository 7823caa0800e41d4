package io.tesserae.cli.model;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.model.feed.FloatFeed;
import io.tesserae.cli.model.feed.MultimodalFeed;
import io.tesserae.cli.model.feed.RowFeed;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.Model;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.latent.LatentEncoder;
import io.tesserae.model.latent.MultimodalAutoencoder;
import io.tesserae.model.latent.MultimodalInputs;
import io.tesserae.model.latent.MultimodalOutput;
import io.tesserae.model.latent.OpticalFlowEstimator;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A model that takes numbers as they are, which nothing prepares. */
sealed interface ArrayModel extends LoadedModel {

    /** Loads a checkpoint with a head. */
    static ArrayModel load(Head<?> head, Checkpoint checkpoint, Engine engine) {
        return switch (checkpoint.load(head, engine)) {
            case LatentEncoder encoder -> new Latents(encoder);
            case MultimodalAutoencoder autoencoder -> new Videos(autoencoder);
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

    /** Reads videos with their sound, and gives some of it back. */
    record Videos(MultimodalAutoencoder model) implements ArrayModel {
        @Override
        public Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options) {
            MultimodalFeed given = MultimodalFeed.read(feed, model.outputs().labels());
            List<MultimodalOutput> answers = new ArrayList<>();
            for (MultimodalInputs video : given.videos()) {
                answers.add(model.forward(video, given.points(), options));
            }
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put("logits.audio", stacked(answers, MultimodalOutput::audio));
            outputs.put("logits.image", stacked(answers, MultimodalOutput::image));
            outputs.put("logits.label", stacked(answers, MultimodalOutput::label));
            addLayers(outputs, "hidden_states.", answers, MultimodalOutput::hiddenStates);
            addLayers(outputs, "attentions.", answers, MultimodalOutput::attentions);
            addLayers(outputs, "cross_attentions.", answers, MultimodalOutput::crossAttentions);
            return outputs;
        }

        private static void addLayers(
                Map<String, Tensor> outputs,
                String name,
                List<MultimodalOutput> answers,
                Function<MultimodalOutput, List<Tensor>> kept) {
            for (int i = 0; i < kept.apply(answers.getFirst()).size(); i++) {
                int layer = i;
                outputs.put(
                        name + layer,
                        stacked(answers, answer -> kept.apply(answer).get(layer)));
            }
        }

        /** A tensor of each answer, all of one shape, one after the other: {@code [batch, …]}. */
        private static Tensor stacked(List<MultimodalOutput> answers, Function<MultimodalOutput, Tensor> part) {
            Tensor first = part.apply(answers.getFirst());
            int[] shape = new int[first.rank() + 1];
            shape[0] = answers.size();
            System.arraycopy(first.shape(), 0, shape, 1, first.rank());
            Tensor stacked = Tensor.zeros(shape);
            for (int i = 0; i < answers.size(); i++) {
                System.arraycopy(part.apply(answers.get(i)).data(), 0, stacked.data(), i * first.size(), first.size());
            }
            return stacked;
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

package io.tesserae.cli.model;

import io.tesserae.cli.model.feed.PixelFeed;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBackbone;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageClassifier;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageEncoderOutput;
import io.tesserae.model.Model;
import io.tesserae.model.OutputOptions;
import io.tesserae.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model that takes pixels. Positions are interpolated for pictures of another size than the model's own. */
sealed interface ImageModel extends LoadedModel {

    /** Computes the result and lets go of it. */
    void forward(ImageBatch batch);

    /** Loads a checkpoint with a head. */
    static ImageModel load(Head<?> head, Checkpoint checkpoint, Engine engine) {
        return switch (checkpoint.load(head, engine)) {
            case ImageEncoder encoder -> new Base(encoder);
            case ImageClassifier classifier -> new Classifier(classifier);
            case Model other -> {
                other.close();
                throw new IllegalArgumentException(head.suffix());
            }
        };
    }

    /** What lies below the head. */
    ImageBackbone backbone();

    /** With a classification head, or with two. */
    record Classifier(ImageClassifier model) implements ImageModel {
        @Override
        public Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options) {
            ImageBatch batch =
                    model.backbone().latents().isPresent() ? PixelFeed.readInputs(feed) : PixelFeed.read(feed);
            var output = model.forward(batch, options, true);
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put("logits", output.logits());
            output.clsLogits().ifPresent(logits -> outputs.put("cls_logits", logits));
            output.distillationLogits().ifPresent(logits -> outputs.put("distillation_logits", logits));
            addLayers(outputs, "", batch, output.hiddenStates(), output.attentions());
            for (int layer = 0; layer < output.crossAttentions().size(); layer++) {
                outputs.put(
                        "cross_attentions." + layer,
                        LatentTensors.stacked(output.crossAttentions().get(layer)));
            }
            return outputs;
        }

        @Override
        public void forward(ImageBatch batch) {
            model.forward(batch, OutputOptions.RESULT_ONLY, false);
        }

        @Override
        public ImageBackbone backbone() {
            return model.backbone();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** Without a head. */
    record Base(ImageEncoder encoder) implements ImageModel {
        @Override
        public Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options) {
            ImageBatch batch = PixelFeed.read(feed);
            var output = encoder.forward(batch, options, true);
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put("last_hidden_state", byImage(batch, output.lastHiddenState()));
            output.poolerOutput().ifPresent(pooled -> outputs.put("pooler_output", pooled));
            addLayers(outputs, "", batch, output.hiddenStates(), output.attentions());
            return outputs;
        }

        @Override
        public void forward(ImageBatch batch) {
            encoder.forward(batch, OutputOptions.RESULT_ONLY, false);
        }

        @Override
        public ImageBackbone backbone() {
            return encoder;
        }

        @Override
        public void close() {
            encoder.close();
        }
    }

    /** Puts an encoder's layers under their names. */
    static void addLayers(Map<String, Tensor> outputs, String prefix, ImageBatch batch, ImageEncoderOutput output) {
        addLayers(outputs, prefix, batch, output.hiddenStates(), output.attentions());
    }

    private static void addLayers(
            Map<String, Tensor> outputs,
            String prefix,
            ImageBatch batch,
            List<Tensor> hiddenStates,
            List<List<Tensor>> attentions) {
        for (int layer = 0; layer < hiddenStates.size(); layer++) {
            outputs.put(prefix + "hidden_states." + layer, byImage(batch, hiddenStates.get(layer)));
        }
        for (int layer = 0; layer < attentions.size(); layer++) {
            outputs.put(prefix + "attentions." + layer, LatentTensors.stacked(attentions.get(layer)));
        }
    }

    /** From {@code [tokens, hidden]} to {@code [images, tokens of each, hidden]}: a feed's pictures are of one size. */
    static Tensor byImage(ImageBatch batch, Tensor rows) {
        return rows.reshape(batch.images(), rows.dimension(0) / batch.images(), rows.dimension(1));
    }
}

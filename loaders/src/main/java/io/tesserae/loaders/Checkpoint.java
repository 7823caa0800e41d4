package io.tesserae.loaders;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.MemoryLimit;
import io.tesserae.tensor.TensorSource;
import io.tesserae.tensor.WeightException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/** Loads a model from a checkpoint's files: config.json first, then the weights; whatever fails, the files are closed. */
final class Checkpoint {

    /** Builds a model. It owns the weights from then on, unless it throws. */
    @FunctionalInterface
    interface Builder<M> {
        M build(PretrainedConfig config, TensorSource weights);
    }

    private Checkpoint() {}

    static <M> M load(ModelFiles files, Engine engine, Builder<M> builder) {
        Arguments.require(files, "files");
        Arguments.require(engine, "engine");
        try {
            PretrainedConfig config = PretrainedConfig.read(files);
            TensorSource weights = CheckpointWeights.open(files);
            try {
                return builder.build(config, weights);
            } catch (RuntimeException | Error e) {
                weights.close();
                throw e;
            }
        } catch (WeightException e) {
            // Names the tensor, and its file where it has one
            String where = files.describe("model.safetensors");
            String message = e.getMessage();
            throw new ModelLoadingException(message.startsWith("tensor ") ? where + ": " + message : message, e);
        } catch (ClosedByInterruptException e) {
            String where = files.describe("model.safetensors");
            throw new ModelLoadingException(where + ": the thread that reads it was interrupted; load it again", e);
        } catch (IOException e) {
            throw new ModelLoadingException(files.describe("model.safetensors") + ": " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new ModelLoadingException(
                    files.describe("model.safetensors") + ": not enough memory for the model's weights; "
                            + MemoryLimit.advice(e),
                    e);
        }
    }

    /** What a class says to a checkpoint that it does not load, if it loads families that take token ids. */
    static ModelLoadingException unsupportedTextFamily(PretrainedConfig config) {
        return config.unexpected(
                "model_type",
                config.takesPixels()
                        ? "bert or distilbert, which take token ids (a model that takes pixels is loaded by"
                                + " AutoModelForImageClassification, or AutoVisionModel for one without a head)"
                        : "bert or distilbert, the families that this version runs on token ids");
    }

    /** Likewise if it loads families that take pixels. */
    static ModelLoadingException unsupportedImageFamily(PretrainedConfig config) {
        return config.unexpected(
                "model_type",
                config.takesTokens()
                        ? "vit, deit, dinov2 or dinov2_with_registers, which take pixels (a model that takes token ids is loaded by"
                                + " AutoModelForSequenceClassification, or AutoModel for one without a head)"
                        : "vit, deit, dinov2 or dinov2_with_registers, the families that this version runs on pixels");
    }
}

package io.tesserae.loaders;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.model.Model;

/**
 * A model that was loaded from a checkpoint, with what the checkpoint says of it: what every {@code AutoModel} has. Immutable and
 * thread-safe. Open, a model of texts keeps the checkpoint's embedding table mapped.
 *
 * @param <M> what it is
 */
public abstract sealed class Pretrained<M extends Model> implements AutoCloseable
        permits AutoModel,
                AutoModelForActing,
                AutoModelForCausalLM,
                AutoModelForImageClassification,
                AutoModelForImageTextRetrieval,
                AutoModelForImageTextToText,
                AutoModelForMaskedLM,
                AutoModelForMultimodalAutoencoding,
                AutoModelForMultimodalLM,
                AutoModelForMultipleChoice,
                AutoModelForNextSentencePrediction,
                AutoModelForOpticalFlow,
                AutoModelForQuestionAnswering,
                AutoModelForSequenceClassification,
                AutoModelForStreams,
                AutoModelForTokenClassification,
                AutoModelForVisualQuestionAnswering,
                AutoModelForZeroShotImageClassification,
                AutoVisionModel {

    private final M model;
    private final PretrainedConfig config;
    private final Engine engine;

    /** Loads a checkpoint as the model that has this head. */
    Pretrained(Head<M> head, Checkpoint checkpoint, Engine engine) {
        this.model = Arguments.require(checkpoint, "checkpoint").load(head, engine);
        this.config = checkpoint.config();
        this.engine = engine;
    }

    /** The model itself. */
    final M model() {
        return model;
    }

    /** What config.json says: labels among it. */
    public final PretrainedConfig config() {
        return config;
    }

    /** What the model runs on. */
    public final Engine engine() {
        return engine;
    }

    /** What it is: class, model type, file, sizes, threads and kernels, in a line. */
    @Override
    public final String toString() {
        return getClass().getSimpleName() + " of " + config.modelType() + " (" + config + "): " + model + "; " + engine;
    }

    /** Ends the model, and lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public final void close() {
        model.close();
    }
}

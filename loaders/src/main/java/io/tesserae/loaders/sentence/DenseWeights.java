package io.tesserae.loaders.sentence;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.EmbeddingStep;
import io.tesserae.tensor.TensorSource;
import io.tesserae.tensor.WeightException;

/** Loads the layer of a {@code Dense} module, whose weights lie in a folder of its own. */
final class DenseWeights {

    private DenseWeights() {}

    /** @throws ModelLoadingException if they are missing or do not fit; the message names their file */
    static EmbeddingStep load(ModelFiles files, Engine engine, SentenceTransformerConfig.Dense dense) {
        ModelFiles own = files.folder(dense.folder());
        try (TensorSource weights = CheckpointWeights.open(own)) {
            try {
                return EmbeddingStep.Dense.load(
                        engine, weights, dense.inFeatures(), dense.outFeatures(), dense.bias(), dense.activation());
            } catch (WeightException e) {
                String message = e.getMessage();
                throw new ModelLoadingException(message.startsWith("tensor ") ? weights + ": " + message : message, e);
            }
        }
    }
}

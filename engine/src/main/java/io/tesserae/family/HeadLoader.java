package io.tesserae.family;

import io.tesserae.engine.Engine;
import io.tesserae.model.Model;
import io.tesserae.tensor.TensorSource;

/** Loads the models of a family that have a certain head. */
@FunctionalInterface
public interface HeadLoader<M extends Model> {

    /**
     * Loads a model.
     *
     * @param weights the checkpoint's tensors; the model owns them from then on, unless this throws
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     * @throws RuntimeException that the source makes, if the configuration is none that the family knows; its message names the key
     */
    M load(Engine engine, ConfigSource config, TensorSource weights);
}

package io.tesserae.training.saving;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What an optimiser keeps of the parameters between steps: {@value #FILE}. Gradients that gather over several batches are not among it;
 * a checkpoint is taken after a step.
 *
 * @param tensors by {@link Moment#tensorName}, each of its parameter's shape
 */
public record OptimizerState(SequencedMap<String, Tensor> tensors) {

    /** Its name in a checkpoint. */
    public static final String FILE = "optimizer.safetensors";

    /** Of an optimiser that keeps nothing. */
    public static final OptimizerState EMPTY = new OptimizerState(new LinkedHashMap<>());

    /**
     * Keeps a copy of the map, not of the tensors.
     *
     * @throws IllegalArgumentException if a name is none of a moment's
     */
    public OptimizerState {
        tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(Arguments.require(tensors, "tensors")));
        for (String name : tensors.keySet()) {
            if (Moment.of(name).isEmpty()) {
                throw new IllegalArgumentException(
                        "tensors: expected a moment's name and a parameter's, found " + name);
            }
        }
    }

    /**
     * What is kept of a parameter.
     *
     * @throws ModelLoadingException if it is not there: the checkpoint is of another optimiser, or of other trained parameters
     */
    public Tensor require(Moment moment, String parameter) {
        String name = Arguments.require(moment, "moment").tensorName(parameter);
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelLoadingException(FILE + ": expected the tensor \"" + name
                    + "\", found none; resume with the optimiser and the frozen layers that the run was begun with");
        }
        return tensor;
    }

    /**
     * Reads the file of a checkpoint.
     *
     * @param parameters the model's, by name
     * @throws ModelLoadingException if it is absent or not valid, or a tensor is of no parameter, or of another shape
     */
    static OptimizerState read(Path checkpoint, SequencedMap<String, Tensor> parameters) {
        Path file = checkpoint.resolve(FILE);
        SequencedMap<String, Tensor> tensors = WeightsFile.read(file);
        for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
            String name = tensor.getKey();
            Moment moment = Moment.of(name)
                    .orElseThrow(() -> new ModelLoadingException(file + ": tensor \"" + name
                            + "\": expected a name that begins with exp_avg., exp_avg_sq., momentum_buffer. or ema."));
            WeightsFile.requireLike(file, name, tensor.getValue(), parameters.get(moment.parameter(name)));
        }
        return new OptimizerState(tensors);
    }
}

package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.latent.OpticalFlowEstimator;
import io.tesserae.model.latent.OpticalFlowOutput;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;

/**
 * A model that says how far each pixel moves from one picture to the next: transformers' {@code PerceiverForOpticalFlow}, for which it has
 * no Auto class.
 *
 * <pre>{@code
 * try (var model = AutoModelForOpticalFlow.fromPretrained(Path.of("optical-flow-perceiver"))) {
 *     Tensor flow = model.forward(patches).flow(); // [pairs, height, width, 2]
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class AutoModelForOpticalFlow extends Pretrained<OpticalFlowEstimator> {

    private AutoModelForOpticalFlow(Checkpoint checkpoint, Engine engine) {
        super(Head.OPTICAL_FLOW, checkpoint, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForOpticalFlow fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForOpticalFlow fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForOpticalFlow fromPretrained(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, engine);
        }
    }

    /**
     * Loads a checkpoint of which other parts are loaded too: config.json is read once for all.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForOpticalFlow fromPretrained(Checkpoint checkpoint, Engine engine) {
        return new AutoModelForOpticalFlow(checkpoint, engine);
    }

    /** The flow of pairs of pictures; nothing else. */
    public OpticalFlowOutput forward(Tensor patches) {
        return forward(patches, OutputOptions.RESULT_ONLY);
    }

    /**
     * The flow of pairs of pictures.
     *
     * @param patches {@code [pairs, 2, 27, height, width]}: see {@link OpticalFlowEstimator#forward}
     * @throws IllegalArgumentException if the shape is another, or the pictures are not of the model's size
     * @throws ImageException if there is too little memory
     */
    public OpticalFlowOutput forward(Tensor patches, OutputOptions options) {
        try {
            return model().forward(patches, options);
        } catch (OutOfMemoryError e) {
            throw new ImageException(
                    "too little memory to run the model on "
                            + (patches.dimension(0) == 1 ? "a pair" : patches.dimension(0) + " pairs at once") + " of "
                            + estimator().imageWidth() + " x " + estimator().imageHeight()
                            + " pixels. Give the JVM more with -Xmx, now "
                            + (Runtime.getRuntime().maxMemory() >> 20) + " MB",
                    e);
        }
    }

    /** The model itself. */
    public OpticalFlowEstimator estimator() {
        return model();
    }
}

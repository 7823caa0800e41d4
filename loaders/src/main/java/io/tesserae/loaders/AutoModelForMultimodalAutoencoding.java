package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.label.ScoredLabel;
import io.tesserae.loaders.system.MemoryLimit;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.latent.Latents;
import io.tesserae.model.latent.MultimodalAutoencoder;
import io.tesserae.model.latent.MultimodalChunk;
import io.tesserae.model.latent.MultimodalInputs;
import io.tesserae.model.latent.MultimodalOutput;
import io.tesserae.model.latent.MultimodalReconstruction;
import io.tesserae.model.latent.OutputPoints;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A model that reads videos with their sound, gives them back, and tells what happens in them: transformers' {@code
 * PerceiverForMultimodalAutoencoding}.
 *
 * <pre>{@code
 * try (var model = AutoModelForMultimodalAutoencoding.fromPretrained(Path.of("multimodal-perceiver"))) {
 *     Latents latents = model.encode(new MultimodalInputs(video, audio)); // once
 *     List<ScoredLabel> labels = model.classify(latents);                 // and then what you like
 *     MultimodalReconstruction back = model.reconstruct(latents, 128);
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class AutoModelForMultimodalAutoencoding extends Pretrained<MultimodalAutoencoder> {

    private AutoModelForMultimodalAutoencoding(Checkpoint checkpoint, Engine engine) {
        super(Head.MULTIMODAL_AUTOENCODING, checkpoint, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForMultimodalAutoencoding fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForMultimodalAutoencoding fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForMultimodalAutoencoding fromPretrained(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, engine);
        }
    }

    /**
     * Loads a checkpoint of which other parts are loaded too: config.json is read once for all.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForMultimodalAutoencoding fromPretrained(Checkpoint checkpoint, Engine engine) {
        return new AutoModelForMultimodalAutoencoding(checkpoint, engine);
    }

    /**
     * Reads a video with its sound: see {@link MultimodalAutoencoder#encode}.
     *
     * @throws IllegalArgumentException if the model does not take it
     * @throws ImageException if there is too little memory
     */
    public Latents encode(MultimodalInputs inputs) {
        return withMemory(() -> model().encode(inputs));
    }

    /**
     * Gives some of what was read back: see {@link MultimodalAutoencoder#decode}.
     *
     * @throws IllegalArgumentException if there is no such point, or the latents are another model's
     * @throws ImageException if there is too little memory
     */
    public MultimodalOutput decode(Latents latents, OutputPoints points) {
        return withMemory(() -> model().decode(latents, points));
    }

    /**
     * Reads a video with its sound, and gives some of it back: see {@link MultimodalAutoencoder#forward}.
     *
     * @throws IllegalArgumentException as {@link #encode} and {@link #decode}
     * @throws ImageException if there is too little memory
     */
    public MultimodalOutput forward(MultimodalInputs inputs, OutputPoints points, OutputOptions options) {
        return withMemory(() -> model().forward(inputs, points, options));
    }

    /**
     * What happens in what was read: every label with its probability, the softmax of the label's scores.
     *
     * @return the likeliest first; of equal ones, the one with the lower id
     * @throws IllegalArgumentException if the latents are another model's
     */
    public List<ScoredLabel> classify(Latents latents) {
        Tensor label = decode(latents, OutputPoints.NONE).label(); // [labels]
        float[] scores = label.toArray();
        engine().machine().kernels().softmax(scores, 0, scores.length);
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparing((Integer id) -> scores[id], Comparator.reverseOrder()))
                .map(id -> new ScoredLabel(config().labels().label(id), scores[id]))
                .toList();
    }

    /**
     * Gives all that was read back: see {@link MultimodalAutoencoder#reconstruct(Latents, int)}.
     *
     * @param chunks how many parts are worked on, one after the other: the more, the less memory they take
     * @throws IllegalArgumentException if there cannot be so many, or the latents are another model's
     * @throws ImageException if there is too little memory
     */
    public MultimodalReconstruction reconstruct(Latents latents, int chunks) {
        return withMemory(() -> model().reconstruct(latents, chunks));
    }

    /**
     * Gives all that was read back, part by part, and keeps none: see {@link MultimodalAutoencoder#reconstruct(Latents, int, Consumer)}.
     *
     * @throws IllegalArgumentException if there cannot be so many parts, or the latents are another model's
     */
    public void reconstruct(Latents latents, int chunks, Consumer<? super MultimodalChunk> consumer) {
        model().reconstruct(latents, chunks, consumer); // what the consumer runs out of is not the model's to explain
    }

    private static <T> T withMemory(Supplier<T> work) {
        try {
            return work.get();
        } catch (OutOfMemoryError e) {
            throw new ImageException(
                    "too little memory to run the model on a video: " + MemoryLimit.advice(e)
                            + "; or have it give back fewer points at a time, in more chunks",
                    e);
        }
    }

    /** The model itself. */
    public MultimodalAutoencoder autoencoder() {
        return model();
    }
}

package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.EpisodeOutput;
import io.tesserae.model.episode.Generalist;
import io.tesserae.model.episode.PhotoTextOutput;
import io.tesserae.model.episode.PhotoTexts;
import java.nio.file.Path;
import java.util.List;

/**
 * A model of words, pictures and actions, of whatever family its checkpoint is. Transformers has no class for it, and loads {@code
 * jat-project/jat} with {@code AutoModelForCausalLM} and {@code trust_remote_code}; here nothing of a checkpoint is executed.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped. To let it act, see {@link Generalist#newActors} and
 * {@code io.tesserae.pipelines.agent.AgentPipeline}.
 */
public final class AutoModelForActing extends Pretrained<Generalist> {

    private AutoModelForActing(Checkpoint checkpoint, Engine engine) {
        super(Head.GENERALIST, checkpoint, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForActing fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForActing fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForActing fromPretrained(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, engine);
        }
    }

    /**
     * Loads a checkpoint of which other parts are loaded too, as its tokenizer: config.json is read once for all.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForActing fromPretrained(Checkpoint checkpoint, Engine engine) {
        return new AutoModelForActing(checkpoint, engine);
    }

    /**
     * Reads whole episodes: at each step, what is done and what is observed next; and what these predictions are worth, all steps alike.
     *
     * @param episodes of one kind of observations and one of actions
     * @throws IllegalArgumentException if the model does not take such episodes, or one is longer than there are positions for
     */
    public EpisodeOutput forward(List<Episode> episodes) {
        return model().forward(episodes, new float[0][], OutputOptions.RESULT_ONLY);
    }

    /**
     * Reads texts, each perhaps with a photo before it: at each token, what comes next.
     *
     * @throws IllegalArgumentException if an id is outside the vocabulary, a photo is not of the model's size, or text and photo are longer
     *     than there are positions for
     */
    public PhotoTextOutput forward(PhotoTexts texts) {
        return model().forward(texts, OutputOptions.RESULT_ONLY);
    }

    /** The model itself. */
    public Generalist generalist() {
        return model();
    }
}

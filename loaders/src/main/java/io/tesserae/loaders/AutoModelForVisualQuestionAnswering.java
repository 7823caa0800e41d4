package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.VisualQuestionAnswerer;
import io.tesserae.model.VisualQuestionAnswererOutput;
import java.nio.file.Path;

/**
 * A model that answers questions about pictures in words, of whatever family its checkpoint is: transformers' {@code
 * AutoModelForVisualQuestionAnswering}.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding tables mapped. To let it write, see
 * {@link VisualQuestionAnswerer#newState} and {@code io.tesserae.generation.Generator}.
 */
public final class AutoModelForVisualQuestionAnswering extends Pretrained<VisualQuestionAnswerer> {

    private AutoModelForVisualQuestionAnswering(Checkpoint checkpoint, Engine engine) {
        super(Head.VISUAL_QUESTION_ANSWERING, checkpoint, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForVisualQuestionAnswering fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForVisualQuestionAnswering fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForVisualQuestionAnswering fromPretrained(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, engine);
        }
    }

    /**
     * Loads a checkpoint of which other parts are loaded too, as its tokenizer: config.json is read once for all.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForVisualQuestionAnswering fromPretrained(Checkpoint checkpoint, Engine engine) {
        return new AutoModelForVisualQuestionAnswering(checkpoint, engine);
    }

    /** Scores what comes next at every token of an answer to each question; the result alone. */
    public VisualQuestionAnswererOutput forward(ImageBatch pictures, TokenBatch questions, TokenBatch answers) {
        return forward(pictures, questions, answers, OutputOptions.RESULT_ONLY, false);
    }

    /**
     * Scores what comes next at every token of an answer to each question.
     *
     * @param questions as many sequences as pictures
     * @param answers as many sequences as pictures
     * @param interpolatePositions whether pictures may have other sizes than the model's own
     * @throws IllegalArgumentException if the model does not take a text or a picture; see {@link VisualQuestionAnswerer#forward}
     * @throws io.tesserae.loaders.image.ImageException if there is too little memory
     */
    public VisualQuestionAnswererOutput forward(
            ImageBatch pictures,
            TokenBatch questions,
            TokenBatch answers,
            OutputOptions options,
            boolean interpolatePositions) {
        try {
            return model().forward(pictures, questions, answers, options, interpolatePositions);
        } catch (OutOfMemoryError e) {
            throw AutoVisionModel.tooLittleMemory(pictures, e);
        }
    }

    /** The model itself. */
    public VisualQuestionAnswerer answerer() {
        return model();
    }
}

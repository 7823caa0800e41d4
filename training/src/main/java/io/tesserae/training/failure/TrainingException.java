package io.tesserae.training.failure;

/** Why a training run cannot begin, or cannot go on: the message names the file and the line, or the step, what was expected and what was found. */
public final class TrainingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong, in a sentence for people. */
    public TrainingException(String message) {
        super(message);
    }

    /** What is wrong, and what it came from. */
    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.tesserae.cli.run.writing;

import io.tesserae.generation.FinishReason;
import io.tesserae.generation.StopSignal;
import io.tesserae.pipelines.generation.GeneratedText;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Stops what is being written when the process is told to end: an answer may take minutes. What is cut off so is no answer. */
public final class StopAtShutdown implements StopSignal, AutoCloseable {

    private final Thread atShutdown = new Thread(this::give, "last token");
    private volatile boolean isGiven;

    /** Begins to listen. */
    public StopAtShutdown() {
        Runtime.getRuntime().addShutdownHook(atShutdown);
    }

    private void give() {
        isGiven = true;
    }

    @Override
    public boolean isGiven() {
        return isGiven;
    }

    /** The answers, if the model has finished all of them. */
    List<List<GeneratedText>> requireFinished(List<List<GeneratedText>> answers) {
        answers.forEach(ofInput -> ofInput.forEach(this::requireFinished));
        return answers;
    }

    /** Likewise one answer. */
    GeneratedText requireFinished(GeneratedText answer) {
        if (answer.finishReason() == FinishReason.STOPPED) {
            throw interrupted();
        }
        return answer;
    }

    /** Answers that do not say themselves whether the model has finished them. */
    <A> A unlessGiven(A answers) {
        requireNotGiven();
        return answers;
    }

    /** Ends what goes on where it has no answer yet. */
    public void requireNotGiven() {
        if (isGiven) {
            throw interrupted();
        }
    }

    private static CancellationException interrupted() {
        return new CancellationException("interrupted");
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atShutdown);
        } catch (IllegalStateException e) {
            // The process is ending already.
        }
    }
}

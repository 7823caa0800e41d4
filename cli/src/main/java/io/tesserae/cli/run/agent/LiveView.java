package io.tesserae.cli.run.agent;

import io.tesserae.cli.console.Printable;
import io.tesserae.examples.generalist.Environment;
import io.tesserae.examples.generalist.ModelPlay;
import java.io.PrintStream;
import java.util.concurrent.CancellationException;

/** Shows the very first episode in a terminal, each step in the place of the one before, as fast as it would go. */
final class LiveView implements ModelPlay.Spectator {

    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream err;
    private int linesDrawn;
    private boolean isOver;

    LiveView(PrintStream err) {
        this.err = err;
    }

    @Override
    public void begin(Environment first) {
        if (!isOver) {
            show(first);
        }
    }

    @Override
    public void stepped(Environment first, boolean firstGoesOn) {
        if (firstGoesOn && !isOver) {
            show(first);
        }
    }

    @Override
    public void end(Environment first) {
        isOver = true;
    }

    private void show(Environment environment) {
        StringBuilder text = new StringBuilder();
        if (linesDrawn > 0) {
            text.append("\r\u001b[").append(linesDrawn).append('A');
        }
        String[] lines = environment.sketch().split("\n", -1);
        for (String line : lines) {
            text.append(Printable.escape(line)).append(CLEAR_LINE).append('\n');
        }
        err.print(text.append(CLEAR_BELOW)); // in one piece, or it would flicker
        err.flush();
        linesDrawn = lines.length;
        try {
            Thread.sleep(environment.stepTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }
}

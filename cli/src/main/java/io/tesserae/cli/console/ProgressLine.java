package io.tesserae.cli.console;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar over the bytes of a file, read or downloaded. A class of its own, so that the library behind it is loaded for a bar only. */
public final class ProgressLine implements Progress {

    private static final int WIDTH = 80;
    private static final long SMALLEST_IN_MEGABYTES = 10_000_000;

    private final ProgressBar bar;

    /** A bar for input that is read. */
    public ProgressLine(long bytes, PrintStream err) {
        this("", 0, bytes, err);
    }

    /**
     * A bar with a name.
     *
     * @param from how much is there already
     * @param bytes that it ends at; -1 if that is not known
     */
    public ProgressLine(String name, long from, long bytes, PrintStream err) {
        bar = new ProgressBarBuilder()
                .setTaskName(name)
                .startsFrom(from, Duration.ZERO)
                .setInitialMax(bytes)
                .setUnit(
                        bytes < SMALLEST_IN_MEGABYTES ? " KB" : " MB",
                        bytes < SMALLEST_IN_MEGABYTES ? 1_000 : 1_000_000)
                .showSpeed()
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH))
                .build();
    }

    @Override
    public void reached(long position) {
        bar.stepTo(position);
    }

    @Override
    public void close() {
        bar.close();
    }
}

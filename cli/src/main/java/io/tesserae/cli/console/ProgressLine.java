package io.tesserae.cli.console;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar: over the bytes of a file, read or downloaded, or over things that are counted. A class of its own, so that the library behind it is loaded for a bar only. */
public final class ProgressLine implements Progress {

    private static final int WIDTH = 80;
    private static final long SMALLEST_IN_MEGABYTES = 10_000_000;

    private final ProgressBar bar;

    private ProgressLine(ProgressBar bar) {
        this.bar = bar;
    }

    /** A bar over things that are counted, and not bytes. */
    public static ProgressLine ofCount(String name, int count, PrintStream err) {
        return new ProgressLine(builder(name, count, err).build());
    }

    /**
     * A bar over the steps of something that takes long, which {@linkplain #note says more} about where it is.
     *
     * @param from how many are done already
     */
    public static ProgressLine ofSteps(long from, long end, PrintStream err) {
        return new ProgressLine(
                builder("", end, err).startsFrom(from, Duration.ZERO).build());
    }

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
        bar = builder(name, bytes, err)
                .startsFrom(from, Duration.ZERO)
                .setUnit(
                        bytes < SMALLEST_IN_MEGABYTES ? " KB" : " MB",
                        bytes < SMALLEST_IN_MEGABYTES ? 1_000 : 1_000_000)
                .showSpeed()
                .build();
    }

    private static ProgressBarBuilder builder(String name, long end, PrintStream err) {
        return new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(end)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH));
    }

    @Override
    public void reached(long position) {
        bar.stepTo(position);
    }

    /** What stands behind the bar from now on. */
    public void note(String text) {
        bar.setExtraMessage(" " + text);
    }

    @Override
    public void close() {
        bar.close();
    }
}

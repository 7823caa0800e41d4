package io.tesserae.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar over the bytes of a file. A class of its own, so that the library behind it is loaded for a bar only. */
final class ProgressLine implements Progress {

    private static final int WIDTH = 80;

    private final ProgressBar bar;

    ProgressLine(long bytes, PrintStream err) {
        bar = new ProgressBarBuilder()
                .setInitialMax(bytes)
                .setUnit(" KB", 1 << 10)
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

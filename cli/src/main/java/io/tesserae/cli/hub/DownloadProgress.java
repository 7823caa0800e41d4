package io.tesserae.cli.hub;

import io.tesserae.cli.console.ByteCount;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.console.ProgressLine;
import io.tesserae.loaders.hub.DownloadListener;
import io.tesserae.loaders.hub.ModelId;

/** How far a download is, for whoever watches standard error: a bar for a person, a line now and then for a log. */
abstract sealed class DownloadProgress implements DownloadListener, AutoCloseable {

    final Console console;

    private DownloadProgress(Console console) {
        this.console = console;
    }

    static DownloadProgress of(ModelId id, Console console) {
        if (console.isQuiet()) {
            return new Silent(console);
        }
        return console.terminals().err() ? new Bars(console) : new Lines(id, console);
    }

    @Override
    public void warning(String message) {
        console.warning(message);
    }

    @Override
    public void close() {}

    /** Nothing but what the console makes of warnings. */
    private static final class Silent extends DownloadProgress {
        Silent(Console console) {
            super(console);
        }
    }

    /** A bar for each file that takes long enough to read it. */
    private static final class Bars extends DownloadProgress {

        private static final int LONGEST_NAME = 32;

        private Progress bar = Progress.NONE;

        Bars(Console console) {
            super(console);
        }

        @Override
        public void started(String file, long present, long size) {
            close();
            if (size < 0 || size - present >= Progress.SMALLEST_FILE) {
                bar = new ProgressLine(Printable.excerpt(file, LONGEST_NAME), present, size, console.err());
            }
        }

        @Override
        public void reached(String file, long bytes) {
            bar.reached(bytes);
        }

        @Override
        public void finished(String file) {
            close();
        }

        /** Over the bar, which then appears again below. */
        @Override
        public void warning(String message) {
            if (bar != Progress.NONE) {
                console.err().print("\r\u001b[K");
            }
            super.warning(message);
        }

        @Override
        public void close() {
            bar.close();
            bar = Progress.NONE;
        }
    }

    /** A line when a file begins, and further ones while it takes long. */
    private static final class Lines extends DownloadProgress {

        private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;

        private final ModelId id;
        private long size;
        private long lastLineAt;

        Lines(ModelId id, Console console) {
            super(console);
            this.id = id;
        }

        @Override
        public void started(String file, long present, long newSize) {
            size = newSize;
            lastLineAt = System.nanoTime();
            console.message("tesserae: downloading " + file + " of " + id
                    + (size < 0 ? "" : ", " + ByteCount.of(size))
                    + (present == 0 ? "" : ", of which " + ByteCount.of(present) + " are there"));
        }

        @Override
        public void reached(String file, long bytes) {
            if (System.nanoTime() - lastLineAt > NANOS_BETWEEN_LINES) {
                lastLineAt = System.nanoTime();
                console.message("tesserae: " + file + ": " + ByteCount.of(bytes)
                        + (size <= 0 ? "" : " of " + ByteCount.of(size) + ", " + 100 * bytes / size + " %"));
            }
        }
    }
}

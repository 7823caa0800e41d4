package io.tesserae.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What a command works on, a few at a time: its arguments, or the lines of a file.
 *
 * @param <T> texts or pictures
 */
sealed interface Inputs<T> extends Closeable {

    /** As much of a file as is taken up together, in chars; one input may be longer. */
    int CHARS_TOGETHER = 1 << 20;

    /**
     * The next inputs: at least one, and as many more as are there without waiting; none at the end.
     *
     * @throws CommandException if a line is no input; what stood before it was returned by earlier calls
     */
    List<T> next(int most) throws IOException;

    /** How much has been read, in bytes of the file. */
    long bytesRead();

    /** How much there is, where that is known. */
    Optional<Long> size();

    /** Inputs from the command line. */
    static <T> Inputs<T> ofArguments(List<T> arguments) {
        return new Arguments<>(arguments.iterator());
    }

    /** Lines of a file, or of standard input where the file is {@code -}. */
    static <T> Inputs<T> open(String file, InputFormat<T> format, Console console) throws IOException {
        if (file.equals("-")) {
            return new Lines<>(new InputLines("standard input", console.in()), format, Optional.empty());
        }
        try {
            Path path = Path.of(file);
            if (Files.isDirectory(path)) {
                throw new CommandException(
                        file + ": is a folder; expected a file of " + format.plural() + ", one a line");
            }
            Optional<Long> size = Files.isRegularFile(path) ? Optional.of(Files.size(path)) : Optional.empty();
            return new Lines<>(new InputLines(file, Files.newInputStream(path)), format, size);
        } catch (InvalidPathException e) {
            throw new CommandException(file + ": not a file's name");
        }
    }

    /** From arguments. */
    record Arguments<T>(Iterator<T> arguments) implements Inputs<T> {
        @Override
        public List<T> next(int most) {
            List<T> inputs = new ArrayList<>();
            while (arguments.hasNext() && inputs.size() < most) {
                inputs.add(arguments.next());
            }
            return inputs;
        }

        @Override
        public long bytesRead() {
            return 0;
        }

        @Override
        public Optional<Long> size() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }

    /** From lines. */
    final class Lines<T> implements Inputs<T> {

        private final InputLines lines;
        private final InputFormat<T> format;
        private final Optional<Long> size;
        private RuntimeException failure;

        private Lines(InputLines lines, InputFormat<T> format, Optional<Long> size) {
            this.lines = lines;
            this.format = format;
            this.size = size;
        }

        @Override
        public List<T> next(int most) throws IOException {
            List<T> inputs = new ArrayList<>();
            long chars = 0;
            try {
                while (failure == null && inputs.size() < most && chars < CHARS_TOGETHER) {
                    if (!inputs.isEmpty() && !lines.isReady()) {
                        break;
                    }
                    Optional<String> line = lines.next();
                    if (line.isEmpty()) {
                        break;
                    }
                    inputs.add(new InputLine(line.get(), lines.lastLine()).parse(format));
                    chars += line.get().length();
                }
            } catch (CommandException e) {
                failure = e; // the lines before it are answered first
            }
            if (failure != null && inputs.isEmpty()) {
                throw failure;
            }
            return inputs;
        }

        @Override
        public long bytesRead() {
            return lines.bytesRead();
        }

        @Override
        public Optional<Long> size() {
            return size;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}

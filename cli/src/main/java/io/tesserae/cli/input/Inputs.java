package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Console;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a command works on, a few at a time: its arguments, or the lines of a file.
 *
 * @param <T> texts or pictures
 */
public sealed interface Inputs<T> extends Closeable {

    /** As much of a file as is taken up together, in chars; one input may be longer. */
    int CHARS_TOGETHER = 1 << 20;

    /** The next inputs: at least one, and as many more as are there without waiting; none at the end. */
    List<Input<T>> next(int most) throws IOException;

    /** Whether there is no other input than the first, as far as is known before any is read. */
    boolean isSingle();

    /**
     * Looks whether all inputs can be read, as far as that is known before any is.
     *
     * @throws CommandException if one cannot
     */
    void requireReadable();

    /** How much has been read, in bytes of the file. */
    long bytesRead();

    /** How much there is, where that is known. */
    Optional<Long> size();

    /** Inputs from the command line. */
    static <T> Inputs<T> ofArguments(List<Input<T>> arguments) {
        return new Arguments<>(arguments);
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
    final class Arguments<T> implements Inputs<T> {

        private final List<Input<T>> arguments;
        private int taken;

        private Arguments(List<Input<T>> arguments) {
            this.arguments = arguments;
        }

        @Override
        public List<Input<T>> next(int most) {
            int from = taken;
            taken += Math.min(most, arguments.size() - from);
            return arguments.subList(from, taken);
        }

        @Override
        public boolean isSingle() {
            return arguments.size() == 1;
        }

        @Override
        public void requireReadable() {
            arguments.forEach(Input::value);
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

        private Lines(InputLines lines, InputFormat<T> format, Optional<Long> size) {
            this.lines = lines;
            this.format = format;
            this.size = size;
        }

        @Override
        public List<Input<T>> next(int most) throws IOException {
            List<Input<T>> inputs = new ArrayList<>();
            long chars = 0;
            while (inputs.size() < most && chars < CHARS_TOGETHER && (inputs.isEmpty() || lines.isReady())) {
                try {
                    Optional<String> line = lines.next();
                    if (line.isEmpty()) {
                        break;
                    }
                    chars += line.get().length();
                    T value = new InputLine(line.get(), lines.lastLine().name()).parse(format);
                    inputs.add(new Input.Read<>(lines.lastLine(), value));
                } catch (CommandException e) {
                    inputs.add(new Input.Unreadable<>(lines.lastLine(), e));
                }
            }
            return inputs;
        }

        @Override
        public boolean isSingle() {
            return false;
        }

        @Override
        public void requireReadable() {}

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

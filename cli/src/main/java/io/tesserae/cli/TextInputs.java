package io.tesserae.cli;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.tesserae.pipelines.TextInput;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The texts that a command works on, a few at a time: its arguments, or the lines of a file. */
sealed interface TextInputs extends Closeable {

    /** As much text as is taken up together, in chars; one text may be longer. */
    int CHARS_TOGETHER = 1 << 20;

    /**
     * The next texts: at least one, and as many more as are there without waiting; none at the end.
     *
     * @throws CommandException if a line is not a text; what stood before it was returned by earlier calls
     */
    List<TextInput> next(int most) throws IOException;

    /** How much has been read, in bytes of the file. */
    long bytesRead();

    /** How much there is, where that is known. */
    Optional<Long> size();

    /** Texts from the command line, taken as they are. */
    static TextInputs ofArguments(List<String> arguments) {
        return new Arguments(arguments.iterator());
    }

    /** Lines of a file, or of standard input where the file is {@code -}. */
    static TextInputs open(String file, Console console) throws IOException {
        if (file.equals("-")) {
            return new Lines(new InputLines("standard input", console.in()), Optional.empty());
        }
        try {
            Path path = Path.of(file);
            if (Files.isDirectory(path)) {
                throw new CommandException(file + ": is a folder; expected a file of texts, one a line");
            }
            Optional<Long> size = Files.isRegularFile(path) ? Optional.of(Files.size(path)) : Optional.empty();
            return new Lines(new InputLines(file, Files.newInputStream(path)), size);
        } catch (InvalidPathException e) {
            throw new CommandException(file + ": not a file's name");
        }
    }

    /** From arguments. */
    record Arguments(Iterator<String> arguments) implements TextInputs {
        @Override
        public List<TextInput> next(int most) {
            List<TextInput> inputs = new ArrayList<>();
            while (arguments.hasNext() && inputs.size() < most) {
                inputs.add(TextInput.of(arguments.next()));
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

    /** From lines: JSON strings, JSON objects, or plain text. */
    final class Lines implements TextInputs {

        private final InputLines lines;
        private final Optional<Long> size;
        private RuntimeException failure;

        private Lines(InputLines lines, Optional<Long> size) {
            this.lines = lines;
            this.size = size;
        }

        @Override
        public List<TextInput> next(int most) throws IOException {
            List<TextInput> inputs = new ArrayList<>();
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
                    inputs.add(parse(line.get()));
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

        private TextInput parse(String line) {
            if (!line.startsWith("\"") && !line.startsWith("{")) {
                return TextInput.of(line);
            }
            JsonReader reader = new JsonReader(new StringReader(line));
            reader.setStrictness(Strictness.STRICT);
            try {
                TextInput input =
                        reader.peek() == JsonToken.STRING ? TextInput.of(readString(reader)) : readObject(reader);
                if (reader.peek() != JsonToken.END_DOCUMENT) {
                    throw invalid("more text after the value");
                }
                return input;
            } catch (EOFException e) {
                throw invalid("it ends too early");
            } catch (MalformedJsonException | IllegalStateException | NumberFormatException e) {
                throw invalid(reason(e));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private TextInput readObject(JsonReader reader) throws IOException {
            String text = null;
            Optional<String> textPair = null;
            reader.beginObject();
            while (reader.hasNext()) {
                String name = reader.nextName();
                switch (name) {
                    case "text" -> {
                        requireFirst(text, name);
                        text = readString(reader);
                    }
                    case "text_pair" -> {
                        requireFirst(textPair, name);
                        textPair = readOptionalString(reader);
                    }
                    default ->
                        throw new CommandException(lines.lastLine() + ": unknown key " + new Json().string(name)
                                + "; expected \"text\" and, for a pair, \"text_pair\"");
                }
            }
            reader.endObject();
            if (text == null) {
                throw new CommandException(lines.lastLine() + ": expected an object with the key \"text\"");
            }
            return new TextInput(text, textPair == null ? Optional.empty() : textPair);
        }

        private Optional<String> readOptionalString(JsonReader reader) throws IOException {
            if (reader.peek() == JsonToken.NULL) {
                reader.nextNull();
                return Optional.empty();
            }
            return Optional.of(readString(reader));
        }

        private String readString(JsonReader reader) throws IOException {
            if (reader.peek() != JsonToken.STRING) {
                throw new CommandException(lines.lastLine() + ": expected a string at " + reader.getPath());
            }
            String string = reader.nextString();
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(string)) {
                throw new CommandException(lines.lastLine() + ": half a surrogate pair in a string");
            }
            return string;
        }

        private void requireFirst(Object before, String name) {
            if (before != null) {
                throw new CommandException(lines.lastLine() + ": the key \"" + name + "\" stands twice in one object");
            }
        }

        private CommandException invalid(String reason) {
            return new CommandException(lines.lastLine() + " is not valid JSON: " + reason
                    + " (a line that begins with \" or { must be JSON)");
        }

        /** Gson's message ends in advice for Java programmers, and names line 1 of what it was given. */
        private static String reason(Exception e) {
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            int place = message.indexOf(" at line 1 ");
            String before =
                    place < 0 || message.startsWith("Use JsonReader") ? "malformed" : message.substring(0, place);
            return before + (place < 0 ? "" : " at " + message.substring(place + " at line 1 ".length()));
        }
    }
}

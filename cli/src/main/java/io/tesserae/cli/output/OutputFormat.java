package io.tesserae.cli.output;

import io.tesserae.cli.option.Choice;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How answers are written. */
public enum OutputFormat {
    /** For people. */
    TEXT("text"),
    /** For programs: one JSON value a line. */
    JSON("json", ".jsonl", ".json"),
    /** For spreadsheets: RFC 4180, with a line of names at the top. */
    CSV("csv", ".csv"),
    /** One array, as NumPy stores it. */
    NPY("npy", ".npy"),
    /** Named tensors. */
    SAFETENSORS("safetensors", ".safetensors");

    private final String word;
    private final List<String> endings;

    OutputFormat(String word, String... endings) {
        this.word = word;
        this.endings = List.of(endings);
    }

    /** The one that files of this name have; empty where the name does not say. */
    static Optional<OutputFormat> ofName(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> format.endings.stream().anyMatch(name::endsWith))
                .findFirst();
    }

    /** Whether it is nothing to look at, and is written as a whole. */
    public boolean isBinary() {
        return this == NPY || this == SAFETENSORS;
    }

    /** As {@code --output} calls it. */
    @Override
    public String toString() {
        return word;
    }

    /** Where answers may be arrays. */
    public static final class Converter extends Choice<OutputFormat> {
        Converter() {
            super(List.of(OutputFormat.values()));
        }
    }

    /** Where they may not. */
    public static final class TextOrJson extends Choice<OutputFormat> {
        TextOrJson() {
            super(List.of(TEXT, JSON));
        }
    }
}

package io.tesserae.tokenizer.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A table among the resources: sections, each with a name, and items with spaces between. */
final class TableFile {

    /** What is done with each item. */
    @FunctionalInterface
    interface Items {
        void take(String section, String item);
    }

    private TableFile() {}

    /** Reads a table of this package. */
    static void read(String resource, Items items) {
        try (InputStream in = TableFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the tokenizer's jar lacks its resource " + resource);
            }
            String section = "";
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
                if (line.startsWith("[")) {
                    section = line.substring(1, line.length() - 1);
                } else if (!line.startsWith("#") && !line.isEmpty()) {
                    for (String item : line.split(" ")) {
                        items.take(section, item);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

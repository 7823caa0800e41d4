package io.tesserae.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page in Markdown whose prose people write and whose tables programs write, between the lines
 * {@code <!-- table: NAME -->} and {@code <!-- end -->}.
 *
 * @param file where it came from
 * @param text as it is now
 */
record MarkedDocument(Path file, String text) {

    private static final String END = "\n<!-- end -->";

    static MarkedDocument read(Path file) {
        try {
            return new MarkedDocument(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read; expected the page that holds the tables", e);
        }
    }

    /** What stands between the markers. */
    private record Place(int from, int to) {}

    /** The same page with another table in this place. */
    MarkedDocument with(String name, String table) {
        Place place = place(name);
        return new MarkedDocument(
                file, text.substring(0, place.from) + "\n" + table.strip() + text.substring(place.to));
    }

    /**
     * Looks for the place of a table.
     *
     * @throws IllegalArgumentException if the page has none, or no end of it
     */
    void require(String name) {
        place(name);
    }

    private Place place(String name) {
        String marker = "<!-- table: " + name + " -->";
        int start = text.indexOf(marker);
        if (start < 0) {
            throw new IllegalArgumentException(file + ": expected a line \"" + marker + "\", found none;"
                    + " add it, and a line \"" + END.strip() + "\", where the table belongs");
        }
        int from = start + marker.length();
        int to = text.indexOf(END, from);
        int next = text.indexOf("<!-- table: ", from);
        if (to < 0 || next >= 0 && next < to) {
            throw new IllegalArgumentException(file + ": expected a line \"" + END.strip() + "\" after \"" + marker
                    + "\", found none before the next table; add it");
        }
        return new Place(from, to);
    }

    void write() {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written", e);
        }
    }
}

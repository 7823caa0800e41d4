package io.tesserae.pipelines.drawing;

import java.util.ArrayList;
import java.util.List;

/** Writes words on a canvas. */
public interface Lettering {

    /** How many pixels a line is wide. */
    int width(String text, int size, boolean bold);

    /**
     * Writes one line.
     *
     * @param left where it begins
     * @param baseline what the letters stand on
     * @param size height of a line of text, in pixels
     */
    void draw(Canvas canvas, String text, int left, int baseline, int size, boolean bold, int rgb);

    /** The line itself if it is short enough; else so much of its beginning that it is, and an ellipsis. */
    default String fitted(String text, int size, boolean bold, int most) {
        if (width(text, size, bold) <= most) {
            return text;
        }
        int end = text.length();
        while (end > 0 && width(text.substring(0, end).strip() + "…", size, bold) > most) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end).strip() + "…";
    }

    /** The text in lines of whole words, each short enough; what is more than the lines there may be ends in an ellipsis. */
    default List<String> wrapped(String text, int size, boolean bold, int most, int lines) {
        List<String> wrapped = new ArrayList<>();
        String rest = text.strip();
        while (wrapped.size() < lines - 1 && width(rest, size, bold) > most) {
            int end = rest.lastIndexOf(' ');
            while (end > 0 && width(rest.substring(0, end), size, bold) > most) {
                end = rest.lastIndexOf(' ', end - 1);
            }
            if (end <= 0) {
                break; // one word that is too long
            }
            wrapped.add(rest.substring(0, end));
            rest = rest.substring(end + 1).strip();
        }
        wrapped.add(fitted(rest, size, bold, most));
        return wrapped;
    }
}

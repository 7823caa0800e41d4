package io.tesserae.pipelines.attention.drawing;

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

    /**
     * The machine's sans serif where Java finds one; our own letters where not, as on servers and in containers without any
     * font or without the libraries to draw one.
     */
    static Lettering best() {
        return SystemLettering.works() ? new SystemLettering() : new PixelLettering();
    }

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
}

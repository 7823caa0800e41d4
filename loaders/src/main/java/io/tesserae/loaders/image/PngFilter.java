package io.tesserae.loaders.image;

/**
 * The row filters of PNG: a row is stored as its difference from a prediction, made of the bytes to the left, above, and above
 * left of each.
 *
 * <p>Source: the PNG specification, section 9.
 */
final class PngFilter {

    private PngFilter() {}

    /**
     * Turns a filtered row into its bytes, in place.
     *
     * @param row the filter's number, then the row
     * @param above the row above it, unfiltered, in the same layout; zeros above the first
     * @param distance from a byte to the one to the left of it
     * @return false if there is no such filter
     */
    static boolean undo(byte[] row, byte[] above, int distance) {
        switch (row[0]) {
            case 0 -> {}
            case 1 -> left(row, distance);
            case 2 -> above(row, above);
            case 3 -> average(row, above, distance);
            case 4 -> paeth(row, above, distance);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void left(byte[] row, int distance) {
        for (int i = 1 + distance; i < row.length; i++) {
            row[i] += row[i - distance];
        }
    }

    private static void above(byte[] row, byte[] above) {
        for (int i = 1; i < row.length; i++) {
            row[i] += above[i];
        }
    }

    private static void average(byte[] row, byte[] above, int distance) {
        int first = Math.min(1 + distance, row.length);
        for (int i = 1; i < first; i++) {
            row[i] += (byte) ((above[i] & 0xFF) >> 1);
        }
        for (int i = first; i < row.length; i++) {
            row[i] += (byte) ((row[i - distance] & 0xFF) + (above[i] & 0xFF) >> 1);
        }
    }

    /** The neighbour that is nearest to left + above - above left; of equals, in this order. */
    private static void paeth(byte[] row, byte[] above, int distance) {
        int first = Math.min(1 + distance, row.length);
        for (int i = 1; i < first; i++) {
            row[i] += above[i];
        }
        for (int i = first; i < row.length; i++) {
            int left = row[i - distance] & 0xFF;
            int up = above[i] & 0xFF;
            int corner = above[i - distance] & 0xFF;
            int fromLeft = Math.abs(up - corner);
            int fromUp = Math.abs(left - corner);
            int fromCorner = Math.abs(left + up - 2 * corner);
            int predicted = fromLeft <= fromUp && fromLeft <= fromCorner ? left : fromUp <= fromCorner ? up : corner;
            row[i] += (byte) predicted;
        }
    }
}

package io.tesserae.cli.console;

import java.util.Locale;

/** A number of bytes for people: {@code 267.8 MB}, where a kilobyte is a thousand bytes, as the hub counts. */
public final class ByteCount {

    private static final String UNITS = "kMGTPE";

    private ByteCount() {}

    public static String of(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes / 1000.0;
        int unit = 0;
        // What would be rounded up to 1000.0 is 1.0 of the next.
        while (value >= 999.95 && unit < UNITS.length() - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %cB", value, UNITS.charAt(unit));
    }
}

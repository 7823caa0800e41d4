package io.tesserae.pipelines.drawing;

import java.util.Locale;

/** What all contact sheets look alike in: colours, and how numbers are written. */
public final class SheetStyle {

    public static final int PAPER = 0xFBFAF7;
    public static final int INK = 0x1D1B22;
    public static final int FAINT_INK = 0x6B6873;
    public static final int RULE = 0xDEDBD3;

    private SheetStyle() {}

    /** {@code 1 head}, {@code 3 patches}. */
    public static String counted(int count, String thing) {
        return count + " " + thing + (count == 1 ? "" : thing.endsWith("ch") ? "es" : "s");
    }

    /** Two significant digits: 0.031 %, 2.4 %, 71 %. */
    public static String percent(double share) {
        double percent = 100 * share;
        int decimals = percent >= 9.95 || percent == 0 ? 0 : percent >= 0.995 ? 1 : percent >= 0.0995 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f %%", percent);
    }
}

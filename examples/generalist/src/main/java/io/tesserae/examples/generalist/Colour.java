package io.tesserae.examples.generalist;

import java.util.List;
import java.util.Locale;

/** The colours of things, in MiniGrid's order: a colour's ordinal is its number in an observation. */
public enum Colour {
    RED(220, 40, 40),
    GREEN(40, 180, 60),
    BLUE(50, 80, 230),
    PURPLE(145, 50, 190),
    YELLOW(235, 215, 50),
    GREY(125, 125, 125);

    static final List<Colour> ALL = List.of(values());

    private final int red;
    private final int green;
    private final int blue;

    Colour(int red, int green, int blue) {
        this.red = red;
        this.green = green;
        this.blue = blue;
    }

    /** The word for it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Red, green and blue as one number, a byte each, red highest. */
    public int rgb() {
        return red << 16 | green << 8 | blue;
    }
}

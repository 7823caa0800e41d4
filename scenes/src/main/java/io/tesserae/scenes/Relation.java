package io.tesserae.scenes;

import java.util.Locale;

/** Where the first thing is: seen from the second, or, if it is alone, in the picture. */
public enum Relation {
    LEFT_OF,
    RIGHT_OF,
    ABOVE,
    BELOW,
    IN_THE_MIDDLE,
    AT_THE_TOP_LEFT,
    AT_THE_TOP_RIGHT,
    AT_THE_BOTTOM_LEFT,
    AT_THE_BOTTOM_RIGHT;

    /** The words for it: "left of". */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Whether it is between two things. */
    public boolean isOfTwo() {
        return compareTo(IN_THE_MIDDLE) < 0;
    }
}

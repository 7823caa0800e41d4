package io.tesserae.scenes;

import java.util.Locale;

/** How large a thing is: its height in pixels of a scene. Between small and large lies a gap, so that nothing is neither. */
public enum Size {
    SMALL(13, 16),
    LARGE(24, 28);

    private final double least;
    private final double most;

    Size(double least, double most) {
        this.least = least;
        this.most = most;
    }

    /** The word for it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    double pixels(Randomness random) {
        return random.between(least, most);
    }
}

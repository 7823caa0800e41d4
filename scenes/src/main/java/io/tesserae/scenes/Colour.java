package io.tesserae.scenes;

import java.util.Locale;

/** The colours of things. They are so far apart that a jitter leaves each what it is. */
public enum Colour {
    RED(215, 40, 40),
    ORANGE(240, 140, 20),
    YELLOW(245, 225, 50),
    GREEN(40, 160, 60),
    BLUE(40, 80, 215),
    PURPLE(140, 45, 175),
    PINK(250, 150, 190),
    WHITE(248, 248, 248),
    BLACK(14, 14, 14);

    /** By how much each channel differs from picture to picture, at most. */
    private static final double JITTER = 16;

    private final Tone tone;

    Colour(double red, double green, double blue) {
        tone = new Tone(red, green, blue);
    }

    /** The word for it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    Tone tone() {
        return tone;
    }

    Tone jittered(Randomness random) {
        return tone.plus(
                random.between(-JITTER, JITTER), random.between(-JITTER, JITTER), random.between(-JITTER, JITTER));
    }
}

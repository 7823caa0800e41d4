package io.tesserae.scenes;

import java.util.Locale;

/** What a thing is. Each fills the square from -1 to 1 in its height, so that a size is a size. */
public enum Shape {
    CIRCLE((x, y) -> x * x + y * y <= 1),
    SQUARE((x, y) -> within(x, 0.92) && within(y, 0.92)),
    TRIANGLE((x, y) -> y >= -1 && y <= 0.85 && within(x, (y + 1) / 1.85)),
    STAR(new Polygon(
            0, -1, 0.25, -0.34, 0.95, -0.31, 0.4, 0.13, 0.59, 0.81, 0, 0.42, -0.59, 0.81, -0.4, 0.13, -0.95, -0.31,
            -0.25, -0.34)),
    RING((x, y) -> {
        double square = x * x + y * y;
        return square <= 1 && square >= 0.3;
    }),
    CROSS((x, y) -> within(x, 0.3) && within(y, 1) || within(y, 0.3) && within(x, 1)),
    HEART((x, y) -> {
        double across = x * 1.15;
        double up = 0.12 - y * 1.12;
        double curve = across * across + up * up - 1;
        return curve * curve * curve <= across * across * up * up * up;
    }),
    DIAMOND((x, y) -> Math.abs(x) / 0.85 + Math.abs(y) <= 1),
    MOON((x, y) -> {
        double bite = x - 0.5;
        return x * x + y * y <= 1 && bite * bite + y * y >= 0.75;
    }),
    HOUSE((x, y) -> y < -0.1
            ? y >= -1 && within(x, (y + 1) / 0.9)
            : y <= 0.95 && within(x, 0.75) && !(within(x, 0.25) && y > 0.25)),
    TREE((x, y) -> y < 0.35 ? y >= -1 && within(x, (y + 1) / 1.6) : y <= 1 && within(x, 0.2)),
    LETTER_A(Letter.A),
    LETTER_S(Letter.S),
    LETTER_T(Letter.T),
    DIGIT_4(Letter.FOUR),
    DIGIT_7(Letter.SEVEN);

    private final Outline outline;
    private final Letter letter;

    Shape(Outline outline) {
        this.outline = outline;
        this.letter = null;
    }

    Shape(Letter letter) {
        this.outline = null;
        this.letter = letter;
    }

    /** The words for it: "circle", "letter a", "digit 4". */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** What it covers; a letter is in one of the fonts. */
    Outline outline(Randomness random) {
        return letter == null ? outline : letter.in(random.oneOf(Font.values()));
    }

    private static boolean within(double value, double bound) {
        return value <= bound && value >= -bound;
    }
}

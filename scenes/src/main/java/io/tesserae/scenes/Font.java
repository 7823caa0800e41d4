package io.tesserae.scenes;

/** How a letter's cells are drawn. */
enum Font {
    /** As they are. */
    PLAIN(0, 0),
    /** Each cell reaches into its neighbours. */
    BOLD(0.4, 0),
    /** The upper part leans to the right. */
    SLANTED(0.1, 0.25);

    private final double reach;
    private final double slant;

    Font(double reach, double slant) {
        this.reach = reach;
        this.slant = slant;
    }

    /** How far a cell reaches into the next one, in cells. */
    double reach() {
        return reach;
    }

    /** By how much of its height above the middle a point moves to the right. */
    double slant() {
        return slant;
    }
}

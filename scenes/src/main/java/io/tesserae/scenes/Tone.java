package io.tesserae.scenes;

/** A colour as numbers, each from 0 to 255. */
record Tone(double red, double green, double blue) {

    Tone plus(double moreRed, double moreGreen, double moreBlue) {
        return new Tone(red + moreRed, green + moreGreen, blue + moreBlue);
    }

    /** The nearest one that a pixel can have. */
    Tone clamped() {
        return new Tone(Math.clamp(red, 0, 255), Math.clamp(green, 0, 255), Math.clamp(blue, 0, 255));
    }

    /** This one, brighter by that much. */
    Tone brighter(double by) {
        return plus(by, by, by).clamped();
    }

    /** How far apart two colours are: the Euclidean distance. */
    double distance(Tone other) {
        double r = red - other.red;
        double g = green - other.green;
        double b = blue - other.blue;
        return Math.sqrt(r * r + g * g + b * b);
    }
}

package io.tesserae.scenes;

/** A colour as numbers, each from 0 to 255. */
record Tone(double red, double green, double blue) {

    Tone plus(double moreRed, double moreGreen, double moreBlue) {
        return new Tone(red + moreRed, green + moreGreen, blue + moreBlue);
    }

    /** This one, brighter by that much. */
    Tone brighter(double by) {
        return plus(by, by, by);
    }

    /** How far apart two colours are: the Euclidean distance. */
    double distance(Tone other) {
        double r = red - other.red;
        double g = green - other.green;
        double b = blue - other.blue;
        return Math.sqrt(r * r + g * g + b * b);
    }
}

package io.tesserae.scenes;

/**
 * Where a shape is drawn, how large, and turned by how much.
 *
 * @param x its middle, in pixels
 * @param y its middle, in pixels, downwards
 * @param radius half its height, in pixels
 * @param turn the tangent of half the angle; the sine and the cosine follow from it by plain arithmetic, which is the
 *     same on every machine
 */
record Pose(double x, double y, double radius, double turn) {

    double ownX(double pointX, double pointY) {
        return (cosine() * (pointX - x) + sine() * (pointY - y)) / radius;
    }

    double ownY(double pointX, double pointY) {
        return (cosine() * (pointY - y) - sine() * (pointX - x)) / radius;
    }

    private double cosine() {
        return (1 - turn * turn) / (1 + turn * turn);
    }

    private double sine() {
        return 2 * turn / (1 + turn * turn);
    }
}

package io.tesserae.scenes;

/** A polygon from its corners, x and y by turns. */
final class Polygon implements Outline {

    private final double[] corners;

    Polygon(double... corners) {
        this.corners = corners.clone();
    }

    /** A point is inside if a ray from it crosses the border an odd number of times. */
    @Override
    public boolean covers(double x, double y) {
        boolean inside = false;
        int last = corners.length - 2;
        for (int corner = 0; corner < corners.length; corner += 2) {
            double fromX = corners[last];
            double fromY = corners[last + 1];
            double toX = corners[corner];
            double toY = corners[corner + 1];
            if (fromY > y != toY > y && x < fromX + (toX - fromX) * (y - fromY) / (toY - fromY)) {
                inside = !inside;
            }
            last = corner;
        }
        return inside;
    }
}

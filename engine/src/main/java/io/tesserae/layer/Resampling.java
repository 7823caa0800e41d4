package io.tesserae.layer;

/**
 * How points along one axis become more or fewer: of which old points each new one is made, and with what weights. Points
 * stand for the middles of pixels, so the first is half a step inside the edge.
 *
 * <p>Both kinds use Keys' cubic (IEEE Transactions on Acoustics 29, 1981), and follow PyTorch's float32 steps.
 */
public enum Resampling {

    /**
     * The four points around, weighted by their distance in old steps; beyond the edge, the edge's. {@code A = -0.75}. When
     * points become fewer, some of the old ones count for nothing.
     */
    BICUBIC {
        @Override
        Point point(int from, int to, int point) {
            float source = (float) from / to * (point + 0.5f) - 0.5f;
            int before = (int) Math.floor(source);
            int[] neighbours = new int[4];
            float[] weights = new float[4];
            for (int i = 0; i < 4; i++) {
                neighbours[i] = Math.clamp(before - 1 + i, 0, from - 1);
                // before + 1 is 1 - beyond away, and so on: in PyTorch's order, which rounds in its way
                float beyond = source - before;
                weights[i] = cubic(i < 2 ? beyond + (1 - i) : i - 1 - beyond, -0.75f);
            }
            return new Point(neighbours, weights);
        }
    },

    /**
     * The points within two steps, weighted by their distance, with weights that add up to one; steps are new ones where points
     * become fewer, so that every old one counts. {@code A = -0.5}. That is the way of image libraries.
     */
    ANTIALIASED_BICUBIC {
        @Override
        Point point(int from, int to, int point) {
            float step = (float) from / to;
            float support = step >= 1 ? 2 * step : 2;
            float stepsPerPoint = step >= 1 ? 1 / step : 1;
            float center = step * (point + 0.5f);
            int first = Math.max((int) (center - support + 0.5f), 0);
            int count = Math.min((int) (center + support + 0.5f), from) - first;
            int[] neighbours = new int[count];
            float[] weights = new float[count];
            float total = 0;
            for (int i = 0; i < count; i++) {
                neighbours[i] = first + i;
                weights[i] = cubic(Math.abs((first + i - center + 0.5f) * stepsPerPoint), -0.5f);
                total += weights[i];
            }
            for (int i = 0; i < count; i++) {
                weights[i] /= total;
            }
            return new Point(neighbours, weights);
        }
    };

    /**
     * What a new point is made of.
     *
     * @param neighbours indices of old points
     * @param weights how much of each
     */
    public record Point(int[] neighbours, float[] weights) {}

    abstract Point point(int from, int to, int point);

    /**
     * All new points.
     *
     * @param from how many old ones there are
     * @param to how many new ones there are to be
     */
    public Point[] points(int from, int to) {
        Point[] points = new Point[to];
        for (int point = 0; point < to; point++) {
            points[point] = point(from, to, point);
        }
        return points;
    }

    /** Keys' cubic: 1 at the point itself, 0 at the next ones, and 0 from a distance of 2 on. */
    private static float cubic(float distance, float a) {
        if (distance < 1) {
            return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
        }
        return distance < 2 ? ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a : 0;
    }
}

package io.tesserae.training.log;

import java.util.ArrayList;
import java.util.List;

/**
 * One field of a picture: its grid, and the curves over it.
 *
 * @param svg what is drawn on
 * @param across the steps
 * @param up the values
 * @param top where it begins
 * @param height how high it is
 */
record Panel(SvgDrawing svg, Axis across, Axis up, double top, double height) {

    static final int LEFT = 88;
    static final int WIDTH = 818;

    /** More marks than this would run into each other. */
    private static final int MOST_MARKS = 60;

    private static final double MARK_RADIUS = 2.5;

    private record Point(double x, double y) {}

    /** Lines and numbers for the marks of both axes. */
    void drawGrid() {
        double bottom = top + height;
        up.ticks().forEach(tick -> {
            double y = y(tick);
            svg.line("grid", LEFT, y, LEFT + (double) WIDTH, y).text("label", LEFT - 8, y + 4, up.label(tick));
        });
        across.ticks().forEach(tick -> {
            double x = x(tick);
            svg.line("grid", x, top, x, bottom).text("tick", x, bottom + 18, across.label(tick));
        });
    }

    /**
     * Draws a line through the values, broken where values are missing, and marks at them if they are few.
     *
     * <p>Of all values that fall on one column of pixels, the first, the least, the largest and the last are kept: the
     * line covers the same pixels.
     */
    void drawCurve(Curve curve, String styleClass, boolean marked) {
        List<List<Point>> runs = runs(curve);
        StringBuilder data = new StringBuilder();
        for (List<Point> run : runs) {
            for (int i = 0; i < run.size(); i++) {
                data.append(i == 0 ? 'M' : 'L')
                        .append(SvgDrawing.number(run.get(i).x()))
                        .append(' ')
                        .append(SvgDrawing.number(run.get(i).y()));
            }
        }
        if (!data.isEmpty()) {
            svg.path(styleClass, data.toString());
        }
        boolean allMarked = marked && curve.drawable().length <= MOST_MARKS;
        for (List<Point> run : runs) {
            if (allMarked || run.size() == 1) {
                run.forEach(point -> svg.circle(styleClass + " mark", point.x(), point.y(), MARK_RADIUS));
            }
        }
    }

    private List<List<Point>> runs(Curve curve) {
        List<List<Point>> runs = new ArrayList<>();
        List<Point> run = new ArrayList<>();
        for (int begin = 0; begin < curve.steps().length; ) {
            int end = begin + 1;
            while (end < curve.steps().length && column(curve, end) == column(curve, begin)) {
                end++;
            }
            List<Point> kept = kept(curve, begin, end);
            if (kept.isEmpty() && !run.isEmpty()) {
                runs.add(run);
                run = new ArrayList<>();
            }
            run.addAll(kept);
            begin = end;
        }
        if (!run.isEmpty()) {
            runs.add(run);
        }
        return runs;
    }

    private long column(Curve curve, int index) {
        return (long) Math.floor(x(curve.steps()[index]));
    }

    /** The first, the least, the largest and the last of a column's values, in their order. */
    private List<Point> kept(Curve curve, int begin, int end) {
        int first = -1;
        int least = -1;
        int largest = -1;
        int last = -1;
        for (int i = begin; i < end; i++) {
            double value = curve.values()[i];
            if (!Double.isNaN(value)) {
                first = first < 0 ? i : first;
                least = least < 0 || value < curve.values()[least] ? i : least;
                largest = largest < 0 || value > curve.values()[largest] ? i : largest;
                last = i;
            }
        }
        if (first < 0) {
            return List.of();
        }
        return List.of(first, least, largest, last).stream()
                .distinct()
                .sorted()
                .map(i -> new Point(x(curve.steps()[i]), y(curve.values()[i])))
                .toList();
    }

    private double x(double step) {
        return LEFT + across.position(step) * WIDTH;
    }

    private double y(double value) {
        return top + (1 - up.position(value)) * height;
    }
}

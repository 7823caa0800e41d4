package io.tesserae.training.log;

import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A log as a picture, over the steps: above the loss with its smoothed line and the loss of evaluations, below the
 * measures and the learning rate, each in units of a power of ten so that all share an axis. SVG, for light and dark
 * pages; the same entries give the same file.
 */
public final class TrainingCurves {

    private static final int TITLE_HEIGHT = 40;
    private static final int LOSS_HEIGHT = 260;
    private static final int METRICS_HEIGHT = 200;
    private static final int BELOW = 34;
    private static final int MARGIN = 24;

    /** The title's letters are larger than those that the legend measures by. */
    private static final int TITLE_ROOM = 700;

    private static final int COLOURS = 6;
    private static final int MOST_METRICS = 3 * COLOURS;

    /** Embedded as a picture a page cannot style it, so it asks for the reader's colours itself. */
    private static final String STYLE = """
            text { font: 12px system-ui, sans-serif; fill: #24292f; }
            .title { font-size: 15px; font-weight: 600; }
            .label { text-anchor: end; fill: #6e7781; }
            .tick { text-anchor: middle; fill: #6e7781; }
            .grid { stroke: #d0d7de; }
            path { fill: none; stroke-linejoin: round; stroke-linecap: round; }
            .raw { stroke: #8cb9ea; stroke-width: 1; }
            .rate { stroke: #6e7781; stroke-width: 1.5; stroke-dasharray: 2 3; }
            .c0 { stroke: #0969da; } .c1 { stroke: #bc4c00; } .c2 { stroke: #1a7f37; }
            .c3 { stroke: #8250df; } .c4 { stroke: #cf222e; } .c5 { stroke: #1b7c83; }
            .d0, .d1, .d2 { stroke-width: 1.8; }
            .d1 { stroke-dasharray: 7 4; }
            .d2 { stroke-dasharray: 2 4; }
            .mark { stroke-dasharray: none; stroke-width: 1.5; fill: #ffffff; }
            @media (prefers-color-scheme: dark) {
              text { fill: #e6edf3; }
              .label, .tick { fill: #9198a1; }
              .grid { stroke: #3d444d; }
              .raw { stroke: #2a5a96; }
              .rate { stroke: #9198a1; }
              .c0 { stroke: #4493f8; } .c1 { stroke: #f0883e; } .c2 { stroke: #3fb950; }
              .c3 { stroke: #a371f7; } .c4 { stroke: #f85149; } .c5 { stroke: #39c5cf; }
              .mark { fill: #0d1117; }
            }
            """;

    private TrainingCurves() {}

    /**
     * Draws a log.
     *
     * @param title what was trained
     * @param entries in the order of their steps; {@code loss}, {@code eval_loss}, {@code learning_rate} and all
     *     measures of evaluations are drawn
     * @return the SVG file
     */
    public static String draw(String title, List<LogEntry> entries) {
        SvgDrawing svg = new SvgDrawing();
        String shownTitle = Legend.shortened(title, TITLE_ROOM);
        svg.text("title", 16, 26, shownTitle);
        double bottom = TITLE_HEIGHT;
        Curve loss = Curve.of("loss", entries);
        Curve evaluated = Curve.of("eval_loss", entries);
        if (!loss.isAbsent() || !evaluated.isAbsent()) {
            bottom = drawLosses(svg, bottom, steps(entries), loss, evaluated) + BELOW;
        }
        List<Curve> metrics = metrics(entries);
        Curve rate = Curve.of("learning_rate", entries);
        if (!metrics.isEmpty() || !rate.isAbsent()) {
            bottom = drawMetrics(svg, bottom, steps(entries), metrics, rate.in(rate.unit(true))) + BELOW;
        }
        String below = bottom > TITLE_HEIGHT ? "step" : "Nothing to draw was logged.";
        svg.text("tick", Panel.LEFT + Panel.WIDTH / 2.0, bottom + 6, below);
        return svg.toFile(Panel.LEFT + Panel.WIDTH + MARGIN, (int) bottom + 18, STYLE, shownTitle);
    }

    /**
     * Draws a log into a file, written aside first: whoever looks at it meanwhile sees the picture before.
     *
     * @throws TrainingException if it cannot be written
     */
    public static void write(Path file, String title, List<LogEntry> entries) {
        Path aside = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.writeString(aside, draw(title, entries));
            Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new TrainingException(
                    file + ": the picture could not be written: " + e.getClass().getSimpleName() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static double drawLosses(SvgDrawing svg, double top, Axis across, Curve loss, Curve evaluated) {
        boolean smooth = loss.isWorthSmoothing();
        Curve smoothed = loss.smoothed();
        String lossStyle = smooth ? "raw" : style(0);
        Legend legend = new Legend(svg, top);
        if (!loss.isAbsent()) {
            legend.add(lossStyle, loss.title());
        }
        if (smooth) {
            legend.add(style(0), smoothed.name());
        }
        if (!evaluated.isAbsent()) {
            legend.add(style(1), evaluated.title());
        }
        Axis up = Axis.between(least(List.of(loss, evaluated)), largest(List.of(loss, evaluated)), 7)
                .widenedToMarks();
        Panel panel = new Panel(svg, across, up, legend.bottom() + 10, LOSS_HEIGHT);
        panel.drawGrid();
        panel.drawCurve(loss, lossStyle, !smooth);
        if (smooth) {
            panel.drawCurve(smoothed, style(0), false);
        }
        panel.drawCurve(evaluated, style(1), true);
        return panel.top() + LOSS_HEIGHT;
    }

    private static double drawMetrics(SvgDrawing svg, double top, Axis across, List<Curve> metrics, Curve rate) {
        Legend legend = new Legend(svg, top);
        List<Curve> shown = metrics.subList(0, Math.min(metrics.size(), MOST_METRICS));
        for (int i = 0; i < shown.size(); i++) {
            legend.add(style(i), shown.get(i).title());
        }
        if (shown.size() < metrics.size()) {
            legend.addWords("and " + (metrics.size() - shown.size()) + " more, not drawn");
        }
        if (!rate.isAbsent()) {
            legend.add("rate", rate.title());
        }
        double least = Math.min(0, Math.min(least(shown), least(List.of(rate))));
        Axis up = Axis.between(least, 1, 7).widenedToMarks();
        Panel panel = new Panel(svg, across, up, legend.bottom() + 10, METRICS_HEIGHT);
        panel.drawGrid();
        panel.drawCurve(rate, "rate", false);
        for (int i = 0; i < shown.size(); i++) {
            panel.drawCurve(shown.get(i), style(i), true);
        }
        return panel.top() + METRICS_HEIGHT;
    }

    private static String style(int curve) {
        return "c" + curve % COLOURS + " d" + curve / COLOURS;
    }

    /** From the first step to the last, whatever their order. */
    private static Axis steps(List<LogEntry> entries) {
        double first = entries.stream().mapToDouble(LogEntry::step).min().orElseThrow();
        double last = entries.stream().mapToDouble(LogEntry::step).max().orElseThrow();
        return Axis.between(first, last, 8).ofWholeNumbers();
    }

    private static double least(List<Curve> curves) {
        return curves.stream()
                .flatMapToDouble(curve -> DoubleStream.of(curve.drawable()))
                .min()
                .orElse(0);
    }

    private static double largest(List<Curve> curves) {
        return curves.stream()
                .flatMapToDouble(curve -> DoubleStream.of(curve.drawable()))
                .max()
                .orElse(1);
    }

    /** What evaluations measured, in the order it comes up: not their loss, and not their speed. */
    private static List<Curve> metrics(List<LogEntry> entries) {
        return entries.stream()
                .flatMap(entry -> entry.numbers().keySet().stream())
                .filter(name -> name.startsWith("eval_"))
                .filter(name -> !name.equals("eval_loss") && !name.equals("eval_runtime"))
                .filter(name -> !name.endsWith("_per_second"))
                .distinct()
                .map(name -> Curve.of(name, entries))
                .map(curve -> curve.in(curve.unit(false)))
                .toList();
    }
}

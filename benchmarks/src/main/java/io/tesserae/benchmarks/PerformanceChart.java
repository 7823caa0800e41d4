package io.tesserae.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Draws how many times as long as Tesserae the faster peer takes: a group of bars for each workload, a bar for each thread count. */
final class PerformanceChart {

    private static final int WIDTH = 930;
    private static final int LEFT = 400;
    private static final int RIGHT = 60;
    private static final int TOP = 84;
    private static final int BAR = 13;
    private static final int GAP = 14;
    private static final int BOTTOM = 34;
    private static final double TICK = 0.5;

    private static final String TITLE = "Time of the faster of ONNX Runtime and PyTorch ÷ time of Tesserae";

    /** Embedded as a picture a page cannot style it, so it asks for the reader's colours itself. */
    private static final String STYLE = """
            text { font: 12px system-ui, sans-serif; fill: #24292f; }
            .title { font-size: 15px; font-weight: 600; }
            .label { text-anchor: end; }
            .tick { text-anchor: middle; fill: #6e7781; }
            .grid { stroke: #d0d7de; }
            .one { stroke: #24292f; stroke-width: 1.5; stroke-dasharray: 4 3; }
            .bar0 { fill: #0969da; }
            .bar1 { fill: #8cb9ea; }
            @media (prefers-color-scheme: dark) {
              text { fill: #e6edf3; }
              .tick { fill: #9198a1; }
              .grid { stroke: #3d444d; }
              .one { stroke: #e6edf3; }
              .bar0 { fill: #4493f8; }
              .bar1 { fill: #2a5a96; }
            }
            """;

    private PerformanceChart() {}

    /** The ratios of all workloads, in their order; a label's ratios by threads. */
    private static Map<String, Map<Integer, Double>> groups(List<ModelResult> results) {
        Map<String, Map<Integer, Double>> groups = new LinkedHashMap<>();
        for (ModelResult result : results) {
            groups.computeIfAbsent(result.model() + ", " + result.workload(), label -> new LinkedHashMap<>())
                    .put(result.threads(), result.ratioOfFasterPeer());
        }
        return groups;
    }

    static String draw(List<ModelResult> results) {
        Map<String, Map<Integer, Double>> groups = groups(results);
        List<Integer> threads =
                results.stream().map(ModelResult::threads).distinct().toList();
        double longest = results.stream()
                .mapToDouble(ModelResult::ratioOfFasterPeer)
                .max()
                .orElse(1);
        double end = Math.max(1.5, Math.ceil(longest / TICK) * TICK);
        int group = threads.size() * BAR + GAP;
        int bottom = TOP + groups.size() * group;
        Svg svg = new Svg(WIDTH, bottom + BOTTOM, STYLE, TITLE);
        svg.text("title", 16, 26, TITLE);
        drawLegend(svg, threads);
        for (double tick = 0; tick <= end; tick += TICK) {
            svg.line("grid", x(tick, end), TOP - 6, x(tick, end), bottom);
            svg.text("tick", x(tick, end), bottom + 18, MarkdownTable.number("%.1f", tick));
        }
        int y = TOP;
        for (Map.Entry<String, Map<Integer, Double>> entry : groups.entrySet()) {
            svg.text("label", LEFT - 10, y + (threads.size() * BAR) / 2.0 + 4, entry.getKey());
            drawBars(svg, threads, entry.getValue(), end, y);
            y += group;
        }
        return svg.line("one", x(1, end), TOP - 6, x(1, end), bottom).toString();
    }

    private static void drawLegend(Svg svg, List<Integer> threads) {
        List<String> words = new ArrayList<>();
        threads.forEach(count -> words.add(count == 1 ? "1 thread" : count + " threads"));
        for (int i = 0; i < words.size(); i++) {
            int x = LEFT + 100 * i;
            svg.rectangle("bar" + i % 2, x, 44, BAR, BAR).text("legend", x + BAR + 6, 55, words.get(i));
        }
        svg.text("legend", LEFT + 100 * words.size() + 10, 55, "right of the dashed line: Tesserae is faster");
    }

    private static void drawBars(Svg svg, List<Integer> threads, Map<Integer, Double> ratios, double end, int top) {
        for (int i = 0; i < threads.size(); i++) {
            Double ratio = ratios.get(threads.get(i));
            if (ratio != null) {
                double y = top + i * BAR;
                svg.rectangle("bar" + i % 2, LEFT, y, x(ratio, end) - LEFT, BAR - 1);
                svg.text("value", x(ratio, end) + 5, y + BAR - 3, MarkdownTable.number("%.2f", ratio));
            }
        }
    }

    private static double x(double ratio, double end) {
        return LEFT + ratio / end * (WIDTH - LEFT - RIGHT);
    }
}

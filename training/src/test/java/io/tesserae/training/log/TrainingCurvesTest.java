package io.tesserae.training.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class TrainingCurvesTest {

    @TempDir
    Path folder;

    private static Document parsed(String svg) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(svg)));
        } catch (Exception e) {
            throw new AssertionError(svg, e);
        }
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    private static List<String> texts(String svg, String styleClass) {
        return elements(parsed(svg), "text").stream()
                .filter(text -> text.getAttribute("class").equals(styleClass))
                .map(Element::getTextContent)
                .toList();
    }

    private static List<LogEntry> run(int steps) {
        List<LogEntry> entries = new ArrayList<>();
        for (int step = 1; step <= steps; step++) {
            Map<String, Double> numbers = new LinkedHashMap<>();
            numbers.put("loss", 1.0 / step + 0.1 * (step * 7 % 10));
            numbers.put("learning_rate", 5e-5 * (steps - step) / steps);
            numbers.put("grad_norm", 3.0);
            if (step % Math.max(1, steps / 10) == 0) {
                numbers.put("eval_loss", 1.0 / step);
                numbers.put("eval_accuracy", 1 - 1.0 / step);
                numbers.put("eval_exact_match", 80.0);
                numbers.put("eval_runtime", 12.0);
                numbers.put("eval_samples_per_second", 120.0);
            }
            entries.add(new LogEntry(step, step, numbers));
        }
        return entries;
    }

    @Test
    void theLegendNamesWhatIsDrawn() {
        String svg = TrainingCurves.draw("run", run(1000));
        assertEquals(
                List.of(
                        "loss",
                        "loss, smoothed",
                        "eval_loss",
                        "eval_accuracy",
                        "eval_exact_match ÷ 100",
                        "learning_rate ÷ 1e-4"),
                texts(svg, "legend"));
        assertEquals(svg, TrainingCurves.draw("run", run(1000)));
        assertEquals(6, elements(parsed(svg), "path").size());
    }

    @Test
    void manyPointsStaySmallAndInside() {
        String svg = TrainingCurves.draw("run", run(20_000));
        assertTrue(svg.length() < 200_000, svg.length() + " characters");
        for (Element path : elements(parsed(svg), "path")) {
            double[] numbers = DoubleStream.of(
                            List.of(path.getAttribute("d").substring(1).split("[ML ]")).stream()
                                    .mapToDouble(Double::parseDouble)
                                    .toArray())
                    .toArray();
            for (int i = 0; i < numbers.length; i += 2) {
                assertTrue(numbers[i] >= Panel.LEFT && numbers[i] <= Panel.LEFT + Panel.WIDTH, "x " + numbers[i]);
                assertTrue(i == 0 || numbers[i] >= numbers[i - 2], "goes back at " + i);
            }
        }
    }

    @Test
    void anExtremeSurvivesThinning() {
        List<LogEntry> entries = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            entries.add(new LogEntry(step, 0, Map.of("loss", step == 7777 ? 9.0 : 1.0)));
        }
        String svg = TrainingCurves.draw("run", entries);
        Element raw = elements(parsed(svg), "path").getFirst();
        double top = elements(parsed(svg), "line").stream()
                .filter(line -> line.getAttribute("class").equals("grid"))
                .mapToDouble(line -> Double.parseDouble(line.getAttribute("y1")))
                .min()
                .orElseThrow();
        assertTrue(texts(svg, "label").contains("9") || texts(svg, "label").contains("10"));
        double highest = List.of(raw.getAttribute("d").substring(1).split("[ML]")).stream()
                .mapToDouble(point -> Double.parseDouble(point.split(" ")[1]))
                .min()
                .orElseThrow();
        assertTrue(highest < top + 40, "highest " + highest + " below " + top);
    }

    @Test
    void onePoint() {
        String svg = TrainingCurves.draw("run", List.of(new LogEntry(3, 0, Map.of("loss", 0.69))));
        assertEquals(1, elements(parsed(svg), "circle").size());
        assertEquals(List.of("3", "step"), texts(svg, "tick"));
    }

    @Test
    void whatIsNotFiniteIsAGapThatTheLegendCounts() {
        List<LogEntry> entries = new ArrayList<>();
        double[] losses = {3, 2, Double.NaN, 2, Double.POSITIVE_INFINITY, 1e300, 1};
        for (int step = 0; step < losses.length; step++) {
            entries.add(new LogEntry(step, 0, Map.of("loss", losses[step])));
        }
        String svg = TrainingCurves.draw("run", entries);
        assertEquals(List.of("loss (3 not drawn)"), texts(svg, "legend"));
        String path = elements(parsed(svg), "path").getFirst().getAttribute("d");
        assertEquals(3, path.chars().filter(letter -> letter == 'M').count());
        assertFalse(path.contains("NaN"), path);
        String none = TrainingCurves.draw("run", List.of(new LogEntry(1, 0, Map.of("loss", Double.NaN))));
        assertEquals(List.of("loss (1 not drawn)"), texts(none, "legend"));
    }

    @Test
    void nothingLogged() {
        assertEquals(List.of("Nothing to draw was logged."), texts(TrainingCurves.draw("run", List.of()), "tick"));
    }

    @Test
    void noTextsOverlap() {
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (int i = 0; i < 25; i++) {
            numbers.put("eval_" + "Wide Name".repeat(i) + i, i / 25.0);
        }
        String svg = TrainingCurves.draw("title ".repeat(80), List.of(new LogEntry(1, 0, numbers)));
        assertTrue(texts(svg, "legend").contains("and 7 more, not drawn"));
        Map<Double, Double> ends = new LinkedHashMap<>(); // of the text before, by row
        for (Element text : elements(parsed(svg), "text")) {
            if (text.getAttribute("class").equals("legend")) {
                double x = Double.parseDouble(text.getAttribute("x"));
                double end = x + 7.2 * text.getTextContent().length();
                Double before = ends.put(Double.parseDouble(text.getAttribute("y")), end);
                assertTrue(before == null || x > before, text.getTextContent());
                assertTrue(end < 930, text.getTextContent());
            }
        }
        assertTrue(ends.size() > 5, ends.toString());
    }

    @Property(tries = 200)
    void hostileTextIsWellFormed(@ForAll String title, @ForAll String name) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("loss", 1.0);
        String hostile = "eval_" + name + "<&\"'\u0000]]>";
        if (hostile.codePoints().noneMatch(point -> point >= 0xD800 && point <= 0xDFFF)) {
            numbers.put(hostile, 0.5);
        }
        parsed(TrainingCurves.draw(title + "</title><script>\ud800", List.of(new LogEntry(1, 0, numbers))));
    }

    @Property(tries = 300)
    void anyNumbersAreDrawn(
            @ForAll @Size(min = 1, max = 9) List<Double> losses,
            @ForAll @LongRange(min = 0, max = 1L << 60) long step) {
        List<LogEntry> entries = new ArrayList<>();
        for (Double loss : losses) {
            entries.add(new LogEntry(
                    step + entries.size(), 0, Map.of("loss", loss, "eval_x", loss, "learning_rate", loss)));
        }
        String svg = TrainingCurves.draw("run", entries);
        parsed(svg);
        assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
    }

    @Property(tries = 500)
    void ticksAreFewAndInside(@ForAll double one, @ForAll double other) {
        double least = Math.clamp(Math.min(one, other), -1e30, 1e30);
        double largest = Math.clamp(Math.max(one, other), -1e30, 1e30);
        Axis axis = Axis.between(least, largest, 5).widenedToMarks();
        double[] ticks = axis.ticks().toArray();
        assertTrue(ticks.length >= 3 && ticks.length <= 8, ticks.length + " ticks on " + axis);
        assertTrue(axis.position(least) >= 0 && axis.position(largest) <= 1, axis.toString());
        assertEquals(
                ticks.length,
                DoubleStream.of(ticks).mapToObj(axis::label).distinct().count(),
                axis.toString());
        DoubleStream.of(ticks).mapToObj(axis::label).forEach(label -> assertTrue(label.length() <= 14, label));
    }

    @Test
    void labels() {
        Axis axis = Axis.between(0, 0.9, 5).widenedToMarks();
        assertEquals(
                List.of("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"),
                axis.ticks().mapToObj(axis::label).toList());
        Axis steps = Axis.between(1, 20_000, 8).ofWholeNumbers();
        assertEquals(
                List.of("5,000", "10,000", "15,000", "20,000"),
                steps.ticks().mapToObj(steps::label).toList());
        Axis small = Axis.between(0, 5e-5, 5);
        assertEquals(
                List.of("0", "1e-5", "2e-5", "3e-5", "4e-5", "5e-5"),
                small.ticks().mapToObj(small::label).toList());
    }

    @Test
    void theFileIsReplacedWhole() throws IOException {
        Path file = folder.resolve("curves.svg");
        Files.writeString(file, "before");
        TrainingCurves.write(file, "run", run(3));
        assertEquals(TrainingCurves.draw("run", run(3)), Files.readString(file));
        try (var files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }
}

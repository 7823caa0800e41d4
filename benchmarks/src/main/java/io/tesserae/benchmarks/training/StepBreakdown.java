package io.tesserae.benchmarks.training;

import io.tesserae.benchmarks.FmaPeak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * What of a training step takes how long, by samples of where the thread is that runs the steps: it works in every loop as the others do,
 * so its time is the step's.
 */
final class StepBreakdown {

    private static final Duration PERIOD = Duration.ofMillis(1);
    private static final String OURS = "io.tesserae.";
    private static final String LAYERS = "io.tesserae.training.layer.";
    private static final String OPTIMIZERS = "io.tesserae.training.optimizer.";
    private static final String KERNELS = "io.tesserae.training.kernel.";
    private static final double LEAST = 0.003; // smaller parts are printed as one
    private static final Map<String, String> WORK = Map.of(
            "VectorTile", "multiplying",
            "VectorProduct", "multiplying",
            "TileShape", "multiplying",
            "VectorCopy", "packing",
            "VectorTranspose", "packing",
            "Transpose", "packing",
            "Workers", "waiting",
            "TaskRuns", "waiting");

    private StepBreakdown() {}

    /** Takes the steps, and prints a Markdown table with the seconds of each part in a step. */
    static void print(int threads, int steps, Runnable step) throws IOException {
        Path file = Files.createTempFile("training-step", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
            recording.start();
            long start = System.nanoTime();
            for (int i = 0; i < steps; i++) {
                step.run();
            }
            double seconds = (System.nanoTime() - start) * 1e-9 / steps;
            recording.stop();
            recording.dump(file);
            printTable(RecordingFile.readAllEvents(file), seconds);
            System.out.printf(
                    Locale.ROOT, "%nFMA peak of %d threads: %.0f GFLOP/s%n", threads, FmaPeak.gigaflops(threads, 1));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void printTable(List<RecordedEvent> events, double seconds) {
        Map<String, Integer> samples = new TreeMap<>();
        int all = 0;
        for (RecordedEvent event : events) {
            RecordedThread thread = event.getEventType().getName().equals("jdk.ExecutionSample")
                    ? event.getThread("sampledThread")
                    : null;
            if (thread != null
                    && thread.getJavaThreadId() == Thread.currentThread().threadId()) {
                samples.merge(part(event.getStackTrace().getFrames()), 1, Integer::sum);
                all++;
            }
        }
        System.out.printf(Locale.ROOT, "%n| part | ms | share |%n|---|--:|--:|%n");
        int few = 0;
        for (String part : List.copyOf(samples.keySet())) {
            few += samples.get(part) < LEAST * all ? samples.remove(part) : 0;
        }
        samples.put("all else", few);
        List<Map.Entry<String, Integer>> parts = new ArrayList<>(samples.entrySet());
        parts.sort(Collections.reverseOrder(Map.Entry.comparingByValue()));
        for (Map.Entry<String, Integer> part : parts) {
            double share = (double) part.getValue() / all;
            System.out.printf(
                    Locale.ROOT, "| %s | %.1f | %.1f %% |%n", part.getKey(), 1000 * seconds * share, 100 * share);
        }
    }

    /** The layer and its pass, and what is done there: {@code Linear.forward: VectorTile}. */
    private static String part(List<RecordedFrame> frames) {
        String layer = "other";
        String inner = "other";
        for (RecordedFrame frame : frames) {
            String type = frame.getMethod().getType().getName();
            String method = plain(frame.getMethod().getName());
            if (type.startsWith(LAYERS) || type.startsWith(OPTIMIZERS)) {
                layer = simple(type) + "." + method;
                break;
            }
            if (type.startsWith(OURS) && (inner.equals("other") || type.startsWith(KERNELS))) {
                inner = WORK.getOrDefault(simple(type), simple(type) + "." + method);
            }
        }
        return layer + ": " + inner;
    }

    private static String simple(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    /** {@code lambda$backward$3} is {@code backward}. */
    private static String plain(String method) {
        String[] parts = method.split("\\$");
        return parts.length > 1 ? parts[1] : method;
    }
}

package io.tesserae.benchmarks.precision;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import io.tesserae.tensor.Precision;
import io.tesserae.training.metric.Correlation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How right a model's answers are with weights of each precision, and how far from those of float32.
 *
 * <pre>
 * RoundedWeights sentiment MODEL SENTENCES.tsv   (sentence, label 0 or 1; as SST-2 has them)
 * RoundedWeights likeness MODEL PAIRS.tsv        (number, sentence, sentence, relatedness; as SICK has them)
 * </pre>
 */
public final class RoundedWeights {

    private RoundedWeights() {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException {
        Path model = Path.of(arguments[1]);
        List<String[]> rows = Files.readAllLines(Path.of(arguments[2])).stream()
                .skip(1)
                .map(line -> line.split("\t"))
                .toList();
        switch (arguments[0]) {
            case "sentiment" -> sentiment(model, rows);
            case "likeness" -> likeness(model, rows);
            default -> throw new IllegalArgumentException("expected sentiment or likeness, found " + arguments[0]);
        }
    }

    private static void sentiment(Path model, List<String[]> rows) {
        System.out.println("| weights | right | labels that differ | score off by, at most | in the mean |");
        System.out.println("|---|--:|--:|--:|--:|");
        List<Classification> exact = null;
        for (Precision precision : Precision.values()) {
            List<Classification> found = new ArrayList<>();
            try (Engine engine = Engine.builder().weightPrecision(precision).build();
                    TextClassificationPipeline classifier = TextClassificationPipeline.TASK.open(model, engine)) {
                for (String[] row : rows) {
                    found.add(classifier.classify(row[0]));
                }
            }
            List<Classification> reference = exact == null ? found : exact;
            long right = count(rows, i -> found.get(i).label().equals("POSITIVE") == rows.get(i)[1].equals("1"));
            long other = count(
                    rows, i -> !found.get(i).label().equals(reference.get(i).label()));
            double[] off = IntStream.range(0, rows.size())
                    .mapToDouble(i -> Math.abs(positive(found.get(i)) - positive(reference.get(i))))
                    .toArray();
            System.out.printf(
                    "| %s | %.1f %% | %d | %.5f | %.6f |%n",
                    name(precision),
                    100.0 * right / rows.size(),
                    other,
                    Arrays.stream(off).max().orElseThrow(),
                    Arrays.stream(off).average().orElseThrow());
            exact = reference;
        }
    }

    private static double positive(Classification answer) {
        return answer.label().equals("POSITIVE") ? answer.score() : 1 - answer.score();
    }

    private static void likeness(Path model, List<String[]> rows) {
        System.out.println("| weights | Spearman | vectors' cosine to float32's, at least | in the mean |");
        System.out.println("|---|--:|--:|--:|");
        List<String> texts =
                rows.stream().flatMap(row -> Stream.of(row[1], row[2])).toList();
        double[] said =
                rows.stream().mapToDouble(row -> Double.parseDouble(row[3])).toArray();
        List<float[]> exact = null;
        for (Precision precision : Precision.values()) {
            try (Engine engine = Engine.builder().weightPrecision(precision).build();
                    SentenceEmbeddingPipeline encoder = SentenceEmbeddingPipeline.TASK.open(model, engine)) {
                List<float[]> vectors = encoder.embed(texts);
                List<float[]> reference = exact == null ? vectors : exact;
                double[] found = IntStream.range(0, rows.size())
                        .mapToDouble(i -> cosine(vectors.get(2 * i), vectors.get(2 * i + 1)))
                        .toArray();
                double[] near = IntStream.range(0, texts.size())
                        .mapToDouble(i -> cosine(vectors.get(i), reference.get(i)))
                        .toArray();
                System.out.printf(
                        "| %s | %.4f | %.5f | %.6f |%n",
                        name(precision),
                        Correlation.spearman(said, found),
                        Arrays.stream(near).min().orElseThrow(),
                        Arrays.stream(near).average().orElseThrow());
                exact = reference;
            }
        }
    }

    private static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }

    private static long count(List<String[]> rows, IntPredicate which) {
        return IntStream.range(0, rows.size()).filter(which).count();
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double ofA = 0;
        double ofB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            ofA += (double) a[i] * a[i];
            ofB += (double) b[i] * b[i];
        }
        return product / Math.sqrt(ofA * ofB);
    }
}

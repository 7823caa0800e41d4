package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A sentence encoder of real size and all sentences of SICK, against sentence-transformers. Neither is part of the
 * repository: {@code testdata/make_minilm_answers.py} makes the one, and the environment variable TESSERAE_MINILM (or the
 * system property {@code tesserae.minilm}) names its folder.
 */
class MiniLmTest {

    private static final Path SICK = Path.of("..", "..", "shared", "real", "nli", "SICK.txt");

    private static final double MOST_COSINE_DISTANCE = 1e-5;

    /** Two scores that are closer than this in the reference may stand the other way round. */
    private static final float TIE = 1e-6f;

    private record Pair(int first, int second) {}

    @Test
    void allSentencesOfSickAreEmbeddedAndRankedAsTheReferenceDoesIt() throws IOException {
        String named = System.getProperty("tesserae.minilm", System.getenv("TESSERAE_MINILM"));
        assumeTrue(named != null, "TESSERAE_MINILM is not set: see testdata/README.md");
        assumeTrue(Files.exists(SICK), "no " + SICK);
        Path folder = Path.of(named);
        Map<String, Integer> sentences = new LinkedHashMap<>();
        List<Pair> pairs = new ArrayList<>();
        for (String line : Files.readAllLines(SICK).stream().skip(1).toList()) {
            String[] columns = line.split("\t");
            int first = place(sentences, columns[1]);
            pairs.add(new Pair(first, place(sentences, columns[2])));
        }
        try (SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(folder);
                SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
            long start = System.nanoTime();
            List<float[]> embeddings = pipeline.embed(List.copyOf(sentences.keySet()));
            double seconds = (System.nanoTime() - start) / 1e9;
            double farthest = farthest(embeddings, expected);
            float[] reference = new float[pairs.size()];
            expected.read("scores", 0, reference, 0, reference.length);
            float[] found = new float[pairs.size()];
            double difference = 0;
            for (int i = 0; i < found.length; i++) {
                Pair pair = pairs.get(i);
                found[i] = pipeline.similarity(embeddings.get(pair.first), embeddings.get(pair.second));
                difference = Math.max(difference, Math.abs(found[i] - reference[i]));
            }
            Inversions inversions = Inversions.between(reference, found);
            System.out.printf(
                    "%d sentences in %.1f s: cosine distance at most %.1e; %d pairs: scores differ by at most %.1e; %d of %d"
                            + " comparisons of scores come out the other way, all within %.1e%n",
                    sentences.size(),
                    seconds,
                    farthest,
                    pairs.size(),
                    difference,
                    inversions.count,
                    (long) pairs.size() * (pairs.size() - 1) / 2,
                    inversions.widest);
            assertTrue(farthest <= MOST_COSINE_DISTANCE, "cosine distance " + farthest);
            assertTrue(inversions.widest <= TIE, inversions.toString());
        }
    }

    private static int place(Map<String, Integer> sentences, String sentence) {
        return sentences.computeIfAbsent(sentence, _ -> sentences.size());
    }

    private static double farthest(List<float[]> embeddings, SafetensorsFile expected) {
        int width = embeddings.getFirst().length;
        double farthest = 0;
        for (int i = 0; i < embeddings.size(); i++) {
            float[] reference = new float[width];
            expected.read("embeddings", (long) i * width, reference, 0, width);
            farthest = Math.max(farthest, cosineDistance(reference, embeddings.get(i)));
        }
        return farthest;
    }

    /** In float64: 1 - cosine, by way of the difference, so that it is not lost in the rounding of 1. */
    private static double cosineDistance(float[] a, float[] b) {
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
        }
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = a[i] / Math.sqrt(squaresA) - b[i] / Math.sqrt(squaresB);
            squares += difference * difference;
        }
        return squares / 2;
    }

    /**
     * Pairs of scores whose order is another here.
     *
     * @param count how many
     * @param widest how far apart the reference has them, at most
     */
    private record Inversions(long count, float widest) {

        static Inversions between(float[] reference, float[] found) {
            long count = 0;
            float widest = 0;
            for (int i = 0; i < reference.length; i++) {
                for (int j = 0; j < reference.length; j++) {
                    if (reference[i] > reference[j] && found[i] < found[j]) {
                        count++;
                        widest = Math.max(widest, reference[i] - reference[j]);
                    }
                }
            }
            return new Inversions(count, widest);
        }
    }

    @Test
    void whatIsInAnotherOrderIsFound() {
        float[] reference = {0.75f, 0.25f, 0.5f};
        assertEquals(new Inversions(0, 0), Inversions.between(reference, new float[] {3, 1, 2}));
        assertEquals(new Inversions(0, 0), Inversions.between(reference, new float[] {3, 2, 2}));
        assertEquals(new Inversions(1, 0.25f), Inversions.between(reference, new float[] {3, 2, 1}));
        assertEquals(new Inversions(3, 0.5f), Inversions.between(reference, new float[] {1, 3, 2}));
    }
}

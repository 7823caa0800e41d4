package io.tesserae.generation.logits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule against what transformers' makes of the same scores (testdata/make_logits_processor_cases.py). */
class LogitsProcessorsTest {

    private static final Map<String, float[]> TENSORS = tensors();
    private static final int VOCABULARY = 40;
    private static final int LENGTH = 9;
    private static final int ROWS = 3;

    private static final VocabularyScratch SCRATCH = new VocabularyScratch(VOCABULARY);

    /**
     * @param promptLength how many of the nine ids are the prompt
     * @param maxLength of the sequence
     */
    private record Call(int promptLength, int maxLength, LogitsProcessor... processors) {

        static Call of(LogitsProcessor... processors) {
            return new Call(LENGTH, 100, processors);
        }
    }

    private static final Map<String, Call> CALLS = calls();

    private static Map<String, Call> calls() {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("temperature", Call.of(new Temperature(0.7)));
        calls.put("temperature-hot", Call.of(new Temperature(1.8)));
        calls.put("top-k-1", Call.of(new TopK(1, 1, SCRATCH)));
        calls.put("top-k-5", Call.of(new TopK(5, 1, SCRATCH)));
        calls.put("top-k-99", Call.of(new TopK(99, 1, SCRATCH)));
        calls.put("top-p-0.9", Call.of(new TopP(0.9, 1, SCRATCH)));
        calls.put("top-p-0.3", Call.of(new TopP(0.3, 1, SCRATCH)));
        calls.put("top-p-0", Call.of(new TopP(0, 1, SCRATCH)));
        calls.put("top-p-keep3", Call.of(new TopP(0.1, 3, SCRATCH)));
        calls.put("min-p-0.1", Call.of(new MinP(0.1, 1, SCRATCH)));
        calls.put("min-p-0.9-keep4", Call.of(new MinP(0.9, 4, SCRATCH)));
        calls.put("typical-0.8", Call.of(new TypicalP(0.8, 1, SCRATCH)));
        calls.put("typical-0.2-keep3", Call.of(new TypicalP(0.2, 3, SCRATCH)));
        calls.put("epsilon", Call.of(new EpsilonCutoff(0.03, 1, SCRATCH)));
        calls.put("epsilon-keep5", Call.of(new EpsilonCutoff(0.5, 5, SCRATCH)));
        calls.put("eta", Call.of(new EtaCutoff(0.03, 1, SCRATCH)));
        calls.put("top-h", Call.of(new TopH(0.4, SCRATCH)));
        calls.put("repetition-1.5", Call.of(new RepetitionPenalty(1.5)));
        calls.put("repetition-0.7", Call.of(new RepetitionPenalty(0.7)));
        calls.put("encoder-repetition-1.5", new Call(4, 100, new EncoderRepetitionPenalty(1.5)));
        calls.put("no-repeat-1", Call.of(new NoRepeatNGram(1)));
        calls.put("no-repeat-2", Call.of(new NoRepeatNGram(2)));
        calls.put("no-repeat-3", Call.of(new NoRepeatNGram(3)));
        calls.put("no-repeat-50", Call.of(new NoRepeatNGram(50)));
        calls.put("encoder-no-repeat-1", new Call(6, 100, new EncoderNoRepeatNGram(1)));
        calls.put("encoder-no-repeat-2", new Call(6, 100, new EncoderNoRepeatNGram(2)));
        calls.put("min-length-hit", Call.of(new MinLength(LENGTH + 1, new int[] {2, 5})));
        calls.put("min-length-passed", Call.of(new MinLength(LENGTH, new int[] {2, 5})));
        calls.put("min-new-tokens", new Call(LENGTH - 2, 100, new MinNewTokens(3, new int[] {4})));
        calls.put("suppress", Call.of(new SuppressTokens(new int[] {1, 7, 9})));
        calls.put("begin-suppress-hit", Call.of(new BeginSuppressTokens(new int[] {7, 8}, false)));
        calls.put("begin-suppress-passed", new Call(8, 100, new BeginSuppressTokens(new int[] {7, 8}, false)));
        calls.put("forced-bos-late", Call.of(new ForcedBos(6)));
        calls.put("forced-eos-now", new Call(LENGTH, LENGTH + 1, new ForcedEos(new int[] {2, 5})));
        calls.put("forced-eos-later", new Call(LENGTH, LENGTH + 2, new ForcedEos(new int[] {2})));
        Map<List<Integer>, Float> biases = new LinkedHashMap<>();
        biases.put(List.of(3), -2.5f);
        biases.put(List.of(id(1, 8), 11), 4f);
        biases.put(List.of(id(0, 7), id(0, 8), 9), 3f);
        calls.put("bias", Call.of(new SequenceBias(biases, VOCABULARY)));
        Map<List<Integer>, Float> words = new LinkedHashMap<>();
        words.put(List.of(7), Float.NEGATIVE_INFINITY);
        words.put(List.of(id(2, 8), 10), Float.NEGATIVE_INFINITY);
        calls.put("bad-words", Call.of(new SequenceBias(words, VOCABULARY)));
        calls.put("decay", new Call(4, 100, new ExponentialDecayLengthPenalty(2, 1.5, new int[] {2, 5})));
        calls.put("normalise", Call.of(new Normalization()));
        calls.put("remove-invalid", Call.of(new RemoveInvalidValues()));
        calls.put(
                "chain",
                Call.of(
                        new RepetitionPenalty(1.3),
                        new Temperature(0.8),
                        new TopK(10, 1, SCRATCH),
                        new TopP(0.8, 1, SCRATCH)));
        return calls;
    }

    static List<String> names() {
        return List.copyOf(CALLS.keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void scoresAreTheReferences(String name) {
        Call call = CALLS.get(name);
        for (int row = 0; row < ROWS; row++) {
            float[] scores = row(TENSORS.get("in.logits"), row, VOCABULARY);
            TokenHistory history = history(row, call.promptLength, call.maxLength);
            for (LogitsProcessor processor : call.processors) {
                processor.process(history, scores);
            }
            assertArrayEquals(row(TENSORS.get("out." + name), row, VOCABULARY), scores, 2e-6f, name + " row " + row);
        }
    }

    @Test
    void noCaseIsLeftOut() {
        List<String> others = List.of("chain.probabilities", "forced-bos-first");
        TreeSet<String> expected = new TreeSet<>(CALLS.keySet());
        expected.addAll(others);
        TreeSet<String> found = new TreeSet<>();
        TENSORS.keySet().stream()
                .filter(name -> name.startsWith("out."))
                .forEach(name -> found.add(name.substring("out.".length())));
        assertEquals(found, expected);
    }

    @Test
    void aForcedBosComesAfterAPromptOfOne() {
        float[] scores = row(TENSORS.get("in.logits"), 0, VOCABULARY);
        new ForcedBos(6).process(new TokenHistory(new int[0], new int[] {id(0, 0)}, 100), scores);
        assertArrayEquals(row(TENSORS.get("out.forced-bos-first"), 0, VOCABULARY), scores);
    }

    @Test
    void probabilitiesAreTheReferences() {
        for (int row = 0; row < ROWS; row++) {
            double[] probabilities = new double[VOCABULARY];
            assertTrue(
                    Softmax.probabilities(row(TENSORS.get("out.chain"), row, VOCABULARY), VOCABULARY, probabilities));
            float[] expected = row(TENSORS.get("out.chain.probabilities"), row, VOCABULARY);
            for (int token = 0; token < VOCABULARY; token++) {
                assertEquals(expected[token], probabilities[token], 1e-6);
            }
        }
    }

    @Test
    void whatIsNoNumberIsReplaced() {
        float[] scores = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1.5f};
        new RemoveInvalidValues().process(new TokenHistory(new int[0], new int[] {0}, 9), scores);
        assertArrayEquals(new float[] {0f, Float.MAX_VALUE, -Float.MAX_VALUE, 1.5f}, scores);
    }

    @Test
    void idsOutsideTheVocabularyAreNotPunished() {
        TokenHistory history = new TokenHistory(new int[0], new int[] {30522, 1, 30522, 1}, 9);
        float[] scores = {1f, 2f, 3f};
        new RepetitionPenalty(2).process(history, scores);
        new NoRepeatNGram(2).process(history, scores);
        new SuppressTokens(new int[] {99}).process(history, scores);
        assertArrayEquals(new float[] {1f, 1f, 3f}, scores);
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        refused("`temperature` (=0.0) has to be", () -> new Temperature(0));
        refused("`top_k` has to be", () -> new TopK(0, 1, SCRATCH));
        refused("`top_p` has to be", () -> new TopP(1.5, 1, SCRATCH));
        refused("`min_p` has to be", () -> new MinP(-0.1, 1, SCRATCH));
        refused("`top_h` must be", () -> new TopH(0, SCRATCH));
        refused("`typical_p` has to be", () -> new TypicalP(1, 1, SCRATCH));
        refused("`penalty` has to be", () -> new RepetitionPenalty(0));
        refused("`penalty` has to be", () -> new EncoderRepetitionPenalty(-1));
        refused("`ngram_size` has to be", () -> new NoRepeatNGram(0));
        refused("`encoder_ngram_size` has to be", () -> new EncoderNoRepeatNGram(0));
        refused("[40, 41]", () -> new SequenceBias(Map.of(List.of(1, 41, 40), 1f), VOCABULARY));
    }

    /** A row in which nothing is left goes through all rules as it is. */
    @Test
    void nothingStaysNothing() {
        for (Call call : CALLS.values()) {
            for (LogitsProcessor processor : call.processors) {
                if (processor instanceof RemoveInvalidValues || processor instanceof ExponentialDecayLengthPenalty) {
                    continue;
                }
                float[] scores = new float[VOCABULARY];
                Arrays.fill(scores, Float.NEGATIVE_INFINITY);
                processor.process(history(0, call.promptLength, 100), scores);
                float[] expected = new float[VOCABULARY];
                Arrays.fill(expected, Float.NEGATIVE_INFINITY);
                assertArrayEquals(expected, scores, processor.toString());
            }
        }
    }

    @Property
    void ranksAreInOrder(@ForAll @Size(min = 1, max = 200) float[] scores) {
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Float.isNaN(scores[i]) ? 0f : scores[i];
        }
        RankedTokens ranked = new RankedTokens(scores.length);
        ranked.rank(scores, scores.length);
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] > Float.NEGATIVE_INFINITY) {
                expected.add(i);
            }
        }
        expected.sort((a, b) -> scores[a] == scores[b] ? a - b : Float.compare(scores[b], scores[a]));
        List<Integer> found = new ArrayList<>();
        for (int index = ranked.next(); index >= 0; index = ranked.next()) {
            found.add(index);
        }
        assertEquals(expected, found);
    }

    @Property
    void expIsExact(@ForAll @FloatRange(min = -699f, max = 0f) float x) {
        double expected = StrictMath.exp(x);
        assertEquals(expected, Softmax.exp(x), 4 * Math.ulp(expected));
        assertEquals(0, Softmax.exp(x - 701.0));
        assertEquals(1, Softmax.exp(0));
    }

    private static void refused(String message, Runnable construction) {
        String found =
                assertThrows(IllegalArgumentException.class, construction::run).getMessage();
        assertTrue(found.contains(message), found);
    }

    private static TokenHistory history(int row, int promptLength, int maxLength) {
        int[] prompt = new int[promptLength];
        Arrays.setAll(prompt, i -> id(row, i));
        TokenHistory history = new TokenHistory(new int[0], prompt, maxLength);
        for (int i = promptLength; i < LENGTH; i++) {
            history.append(id(row, i));
        }
        return history;
    }

    private static int id(int row, int place) {
        return (int) TENSORS.get("in.input_ids")[row * LENGTH + place];
    }

    private static float[] row(float[] tensor, int row, int width) {
        return Arrays.copyOfRange(tensor, row * width, (row + 1) * width);
    }

    private static Map<String, float[]> tensors() {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        Path file = Path.of("..", "testdata", "logits-processors.txt.gz");
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split(" ");
                float[] values = new float[parts.length - 2];
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.parseFloat(parts[i + 2]);
                }
                tensors.put(parts[0], values);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tensors;
    }
}

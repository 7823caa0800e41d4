package io.tesserae.generation;

import static io.tesserae.generation.GenerationOption.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.model.DecoderState;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Generation, where it is no question of what the reference does. */
class GeneratorTest {

    private static final int VOCABULARY = 20;

    private static final GenerationConfig GREEDY =
            GenerationConfig.DEFAULTS.with(EOS_TOKEN_ID, List.of(3, 4)).with(MAX_NEW_TOKENS, 12);
    private static final GenerationConfig SAMPLING = GREEDY.with(DO_SAMPLE, true);
    private static final GenerationConfig BEAMS =
            GREEDY.with(NUM_BEAMS, 3).with(NUM_RETURN_SEQUENCES, 2).with(OUTPUT_SCORES, true);

    private static FormulaDecoder decoder(int seed, int sequences) {
        return new FormulaDecoder(seed, VOCABULARY, 64, sequences);
    }

    private static int[][] prompts(int seed, int count) {
        Random random = new Random(seed);
        int[][] prompts = new int[count][];
        for (int i = 0; i < count; i++) {
            prompts[i] = random.ints(1 + random.nextInt(6), 0, VOCABULARY).toArray();
        }
        return prompts;
    }

    /** The law of batches: what a prompt gives is what it gives alone. */
    @Property(tries = 200)
    void aBatchIsEachAlone(@ForAll @IntRange(min = 0, max = 100_000) int seed, @ForAll boolean withBeams) {
        GenerationConfig config = withBeams ? BEAMS : GREEDY.with(OUTPUT_SCORES, true);
        config = seed % 2 == 0
                ? config.without(MAX_NEW_TOKENS).with(MAX_LENGTH, 14).with(MIN_LENGTH, 6)
                : config;
        config = seed % 3 == 0 ? config.with(REPETITION_PENALTY, 1.3).with(NO_REPEAT_NGRAM_SIZE, 2) : config;
        int[][] prompts = prompts(seed, 4);
        Generated together = new Generator(config).generate(decoder(seed, 4), prompts, 1);
        int answers = config.get(NUM_RETURN_SEQUENCES);
        int rows = config.get(NUM_BEAMS);
        for (int i = 0; i < prompts.length; i++) {
            Generated alone = new Generator(config).generate(decoder(seed, 1), new int[][] {prompts[i]}, 1);
            for (int j = 0; j < answers; j++) {
                assertArrayEquals(alone.sequences()[j], together.sequences()[i * answers + j]);
                assertEquals(
                        alone.finishReasons().get(j), together.finishReasons().get(i * answers + j));
                if (withBeams) {
                    assertEquals(alone.sequencesScores()[j], together.sequencesScores()[i * answers + j]);
                }
            }
            for (int row = 0; row < rows; row++) {
                assertArrayEquals(
                        alone.scores().get(row).toArray(),
                        together.scores().get(i * rows + row).toArray());
            }
        }
    }

    @Property(tries = 50)
    void aSeedGivesTheSameText(@ForAll @IntRange(min = 0, max = 100_000) int seed, @ForAll boolean withBeams) {
        GenerationConfig config = SAMPLING.with(NUM_RETURN_SEQUENCES, 2).with(NUM_BEAMS, withBeams ? 3 : 1);
        int[][] prompts = prompts(seed, 3);
        Generated one = new Generator(config).generate(decoder(seed, 3), prompts, seed);
        Generated other = new Generator(config).generate(decoder(seed, 3), prompts, seed);
        assertArrayEquals(one.sequences(), other.sequences());
        // what comes after a prompt in the batch does not change its answers
        Generated first = new Generator(config).generate(decoder(seed, 1), new int[][] {prompts[0]}, seed);
        assertArrayEquals(first.sequences(), Arrays.copyOf(one.sequences(), 2));
    }

    @Test
    void seedsAndRowsDiffer() {
        int[][] prompts = {{1, 2}};
        GenerationConfig config = SAMPLING.without(EOS_TOKEN_ID).with(NUM_RETURN_SEQUENCES, 2);
        int[][] one = new Generator(config).generate(decoder(1, 1), prompts, 1).sequences();
        int[][] other =
                new Generator(config).generate(decoder(1, 1), prompts, 2).sequences();
        assertFalse(Arrays.equals(one[0], one[1]));
        assertFalse(Arrays.equals(one[0], other[0]));
    }

    /** The sampled texts are those of every machine: these come from one. */
    @Test
    void randomNumbersAreSplitMix() {
        RandomStream stream = new RandomStream(0, 0);
        long state = mix(0) + mix(1) + 0x9E3779B97F4A7C15L;
        assertEquals((mix(state) >>> 11) * 0x1p-53, stream.next());
        // the first output of SplitMix64 with state 0, as published
        assertEquals(0xE220A8397B1DCDAFL, mix(0x9E3779B97F4A7C15L));
    }

    private static long mix(long word) {
        word = (word ^ word >>> 30) * 0xBF58476D1CE4E5B9L;
        word = (word ^ word >>> 27) * 0x94D049BB133111EBL;
        return word ^ word >>> 31;
    }

    @Test
    void tokensAreDrawnByTheirProbabilities() {
        int draws = 20_000;
        double[] weights = {0.1, 0, 0.6, 0.3, 0};
        int[] counts = new int[weights.length];
        RandomStream random = new RandomStream(5, 3);
        for (int i = 0; i < draws; i++) {
            counts[Draw.index(weights, weights.length, random)]++;
        }
        for (int i = 0; i < weights.length; i++) {
            assertEquals(weights[i], counts[i] / (double) draws, 0.015);
        }
        assertEquals(-1, Draw.index(new double[3], 3, random));
    }

    @Test
    void drawnBeamsWithOneBestTokenAreGreedy() {
        int[][] prompts = {{5, 6}, {7}};
        GenerationConfig config = GREEDY.with(EOS_TOKEN_ID, List.of(3));
        Generated greedy = new Generator(config).generate(decoder(2, 2), prompts, 1);
        Generated drawn =
                new Generator(config.with(DO_SAMPLE, true).with(TOP_K, 1)).generate(decoder(2, 2), prompts, 1);
        assertArrayEquals(greedy.sequences(), drawn.sequences());
    }

    @Test
    void whatHasEndedIsNotComputed() {
        GenerationConfig config = GREEDY.with(MAX_NEW_TOKENS, 30);
        FormulaDecoder decoder = decoder(3, 8);
        Generated generated = new Generator(config).generate(decoder, prompts(3, 8), 1);
        int tokens = 0;
        for (int row = 0; row < 8; row++) {
            tokens += generated.newTokens(row).length;
        }
        assertEquals(tokens, decoder.rowsComputed());
        assertTrue(generated.finishReasons().contains(FinishReason.EOS));
    }

    @Test
    void tokensAreHeardAsTheyAreChosen() {
        for (GenerationConfig config : List.of(GREEDY, SAMPLING.with(NUM_RETURN_SEQUENCES, 2), BEAMS)) {
            List<List<Integer>> heard = new ArrayList<>();
            List<FinishReason> reasons = new ArrayList<>();
            int rows = 3 * config.get(NUM_RETURN_SEQUENCES);
            for (int row = 0; row < rows; row++) {
                heard.add(new ArrayList<>());
                reasons.add(null);
            }
            TokenListener listener = new TokenListener() {
                @Override
                public void token(int row, int token) {
                    heard.get(row).add(token);
                }

                @Override
                public void finished(int row, FinishReason reason) {
                    reasons.set(row, reason);
                }
            };
            Generated generated = Generator.generate(decoder(4, 3), prompts(4, 3), config, 1, listener);
            for (int row = 0; row < rows; row++) {
                assertArrayEquals(
                        generated.newTokens(row),
                        heard.get(row).stream().mapToInt(token -> token).toArray());
            }
            assertEquals(generated.finishReasons(), reasons);
        }
    }

    @Test
    void aCallerStopsIt() {
        for (GenerationConfig config : List.of(GREEDY, BEAMS)) {
            for (int steps = 0; steps < 4; steps++) {
                AtomicInteger left = new AtomicInteger(steps);
                Generated generated = new Generator(config.without(EOS_TOKEN_ID))
                        .withStopSignal(() -> left.getAndDecrement() == 0)
                        .generate(decoder(5, 1), new int[][] {{1, 2}}, 1);
                assertEquals(FinishReason.STOPPED, generated.finishReasons().getFirst());
                assertEquals(steps, generated.newTokens(0).length);
            }
        }
    }

    @Test
    void timeIsOver() {
        for (GenerationConfig config : List.of(GREEDY, BEAMS)) {
            Generated generated = new Generator(config.without(EOS_TOKEN_ID).with(MAX_TIME, 0.0))
                    .generate(decoder(5, 1), new int[][] {{1, 2}}, 1);
            assertEquals(FinishReason.MAX_TIME, generated.finishReasons().getFirst());
            assertEquals(1, generated.newTokens(0).length);
        }
    }

    @Test
    void stopStringsEndWithinTheLastToken() {
        TokenDecoder letters = tokens -> {
            StringBuilder text = new StringBuilder();
            for (int token : tokens) {
                text.append((char) ('a' + token)).append((char) ('A' + token));
            }
            return text.toString();
        };
        GenerationConfig free = GREEDY.without(EOS_TOKEN_ID);
        int[] tokens = new Generator(free)
                .generate(decoder(6, 1), new int[][] {{1}}, 1)
                .newTokens(0);
        String text = letters.decode(tokens);
        // ends in the middle of the fourth token
        GenerationConfig config = free.with(STOP_STRINGS, List.of("@@", text.substring(4, 7)));
        for (GenerationConfig each : List.of(config, config.with(NUM_BEAMS, 2))) {
            Generated generated =
                    new Generator(each).withDecoder(letters).generate(decoder(6, 1), new int[][] {{1}}, 1);
            if (each == config) {
                assertArrayEquals(Arrays.copyOf(tokens, 4), generated.newTokens(0));
                assertEquals(FinishReason.STOP_STRING, generated.finishReasons().getFirst());
            }
        }
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> new Generator(config).generate(decoder(6, 1), new int[][] {{1}}, 1))
                .getMessage()
                .contains("stop_strings"));
    }

    @Test
    void whatCannotBeIsRefused() {
        refused("`num_return_sequences` different than 1 (got 2)", GREEDY.with(NUM_RETURN_SEQUENCES, 2), new int[] {1});
        refused("smaller or equal to `num_beams` (3)", BEAMS.with(NUM_RETURN_SEQUENCES, 4), new int[] {1});
        refused(
                "is 3, but `max_length` is set to 3",
                GREEDY.without(MAX_NEW_TOKENS).with(MAX_LENGTH, 3),
                new int[] {1, 2, 3});
        refused("prompts[0]: expected a token", GREEDY, new int[0]);
        refused("prompts[0]: expected at most 64 tokens", GREEDY, new int[65]);
        refused("the model has 64 positions", GREEDY.without(EOS_TOKEN_ID), new int[60]);
        refused(
                "`suppress_tokens`",
                GREEDY.with(FORCED_EOS_TOKEN_ID, List.of(3)).with(SUPPRESS_TOKENS, List.of(3, 5)),
                new int[] {1});
        refused("`forced_bos_token_id` is 20", GREEDY.with(FORCED_BOS_TOKEN_ID, 20), new int[] {1});
        refused("`temperature` (=0.0)", SAMPLING.with(TEMPERATURE, 0.0), new int[] {1});
        assertThrows(IllegalArgumentException.class, () -> GREEDY.with(MAX_NEW_TOKENS, 0));
        assertThrows(IllegalArgumentException.class, () -> GREEDY.with(MAX_NEW_TOKENS, null));
        assertThrows(IllegalArgumentException.class, () -> GREEDY.withChecked(MAX_NEW_TOKENS, 1.5));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Generator(GREEDY).generate(decoder(1, 2), new int[][] {{1}}, 1));
    }

    private static void refused(String message, GenerationConfig config, int[] prompt) {
        String found = assertThrows(
                        IllegalArgumentException.class,
                        () -> new Generator(config).generate(decoder(1, 1), new int[][] {prompt}, 1))
                .getMessage();
        assertTrue(found.contains(message), found);
    }

    @Test
    void aTemperatureOfZeroDoesNoHarmWhereNothingIsDrawn() {
        int[][] prompts = {{1}};
        assertArrayEquals(
                new Generator(GREEDY).generate(decoder(1, 1), prompts, 1).sequences(),
                new Generator(GREEDY.with(TEMPERATURE, 0.0))
                        .generate(decoder(1, 1), prompts, 1)
                        .sequences());
    }

    @Test
    void whereNothingIsLeftItIsSaid() {
        List<Integer> all = IntStream.range(0, VOCABULARY).boxed().toList();
        for (GenerationConfig config : List.of(GREEDY, SAMPLING, BEAMS)) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> new Generator(config.with(SUPPRESS_TOKENS, all))
                                    .generate(decoder(1, 1), new int[][] {{1}}, 1))
                    .getMessage();
            assertTrue(message.contains("forbid every token"), message);
        }
    }

    @Test
    void scoresBeyondFloatsAreSaid() {
        GenerationConfig heavy = GenerationConfig.DEFAULTS.with(SEQUENCE_BIAS, Map.of(List.of(7), 1e300));
        for (GenerationConfig config : List.of(SAMPLING, BEAMS)) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> new Generator(heavy.over(config)).generate(decoder(1, 1), new int[][] {{1}}, 1))
                    .getMessage();
            assertTrue(message.contains("larger than float32 holds"), message);
        }
    }

    @Test
    void moreBeamsThanAnArrayHoldsAreRefused() {
        for (int beams : new int[] {100_000_000, Integer.MAX_VALUE}) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> new Generator(GREEDY.with(NUM_BEAMS, beams))
                                    .generate(decoder(1, 1), new int[][] {{1}}, 1))
                    .getMessage();
            assertTrue(message.contains("`num_beams` is " + beams), message);
        }
    }

    @Test
    void notANumberIsRefusedOrReplaced() {
        for (GenerationConfig config : List.of(GREEDY, SAMPLING, BEAMS)) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> new Generator(config).generate(new NotANumber(), new int[][] {{1}}, 1))
                    .getMessage();
            assertTrue(message.contains("remove_invalid_values"), message);
            Generated generated = new Generator(
                            config.with(REMOVE_INVALID_VALUES, true).with(MAX_NEW_TOKENS, 1))
                    .generate(new NotANumber(), new int[][] {{1}}, 1);
            assertEquals(1, generated.newTokens(0).length);
        }
    }

    /** A model that overflows. */
    private static final class NotANumber implements DecoderState {

        @Override
        public int sequences() {
            return 1;
        }

        @Override
        public int length(int sequence) {
            return 0;
        }

        @Override
        public int vocabularySize() {
            return 5;
        }

        @Override
        public int maxLength() {
            return 9;
        }

        @Override
        public Tensor advance(int[][] tokens) {
            return Tensor.of(new float[] {0, 1, Float.NaN, 2, Float.NEGATIVE_INFINITY}, 1, 5);
        }

        @Override
        public void select(int[] parents) {}

        @Override
        public void close() {}
    }

    @Test
    void settingsGoOverOthers() {
        GenerationConfig file = GREEDY.with(NUM_BEAMS, 4);
        GenerationConfig asked = GenerationConfig.DEFAULTS.with(NUM_BEAMS, 1).with(MAX_NEW_TOKENS, 5);
        GenerationConfig both = asked.over(file);
        assertEquals(1, both.get(NUM_BEAMS));
        assertEquals(5, both.get(MAX_NEW_TOKENS));
        assertEquals(List.of(3, 4), both.get(EOS_TOKEN_ID));
        assertTrue(asked.isSet(NUM_BEAMS));
        assertFalse(asked.isSet(MAX_LENGTH));
        assertEquals(20, asked.get(MAX_LENGTH));
        assertEquals(both, file.with(NUM_BEAMS, 1).with(MAX_NEW_TOKENS, 5));
        assertFalse(file.with(ENCODER_REPETITION_PENALTY, 2.0)
                .withoutEncoderTokens()
                .isSet(ENCODER_REPETITION_PENALTY));
    }

    @Test
    void logitsAreThoseBeforeTheRules() {
        Generated generated = new Generator(GREEDY.with(OUTPUT_LOGITS, true)
                        .with(OUTPUT_SCORES, true)
                        .with(SUPPRESS_TOKENS, List.of(0)))
                .generate(decoder(9, 2), prompts(9, 2), 1);
        for (int row = 0; row < 2; row++) {
            int steps = generated.newTokens(row).length;
            assertArrayEquals(
                    new int[] {steps, VOCABULARY}, generated.logits().get(row).shape());
            assertArrayEquals(
                    new int[] {steps, VOCABULARY}, generated.scores().get(row).shape());
            assertEquals(Float.NEGATIVE_INFINITY, generated.scores().get(row).get(0, 0));
            assertTrue(generated.logits().get(row).get(0, 0) > -5);
            assertEquals(
                    generated.logits().get(row).get(0, 1),
                    generated.scores().get(row).get(0, 1));
        }
    }
}

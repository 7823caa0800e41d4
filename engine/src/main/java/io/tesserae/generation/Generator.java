package io.tesserae.generation;

import static io.tesserae.generation.GenerationOption.EOS_TOKEN_ID;
import static io.tesserae.generation.GenerationOption.MAX_LENGTH;
import static io.tesserae.generation.GenerationOption.MAX_NEW_TOKENS;
import static io.tesserae.generation.GenerationOption.MAX_TIME;
import static io.tesserae.generation.GenerationOption.NUM_BEAMS;
import static io.tesserae.generation.GenerationOption.STOP_STRINGS;

import io.tesserae.arguments.Arguments;
import io.tesserae.generation.logits.TokenHistory;
import io.tesserae.model.DecoderState;
import java.util.Arrays;
import java.util.Optional;

/**
 * Generates with a decoder, as transformers' {@code GenerationMixin.generate}: greedy search, sampling, beam search, or beams that are drawn.
 * Immutable; what it is given to listen to and to ask may not be.
 *
 * <p>Prompts may have different lengths, and are not padded: each gives what it gives alone. A sequence that has ended is dropped from the
 * batch. So rules see, and {@code max_length} and {@code min_length} count, a prompt's own tokens; {@link #withPadding} is otherwise.
 */
public final class Generator {

    private final GenerationConfig config;
    private final TokenListener listener;
    private final StopSignal stopSignal;
    private final Optional<TokenDecoder> decoder;
    private final int[][] padding; // before each prompt; none where nobody says
    private final boolean isWithinPositions;

    /** One that nobody listens to, and nobody stops. */
    public Generator(GenerationConfig config) {
        this(
                Arguments.require(config, "config"),
                TokenListener.NONE,
                StopSignal.NEVER,
                Optional.empty(),
                new int[0][],
                false);
    }

    private Generator(
            GenerationConfig config,
            TokenListener listener,
            StopSignal stopSignal,
            Optional<TokenDecoder> decoder,
            int[][] padding,
            boolean isWithinPositions) {
        this.config = config;
        this.listener = listener;
        this.stopSignal = stopSignal;
        this.decoder = decoder;
        this.padding = padding;
        this.isWithinPositions = isWithinPositions;
    }

    /** The same, with somebody who hears of tokens. */
    public Generator withListener(TokenListener listener) {
        return new Generator(
                config, Arguments.require(listener, "listener"), stopSignal, decoder, padding, isWithinPositions);
    }

    /** The same, with somebody who may stop it. */
    public Generator withStopSignal(StopSignal stopSignal) {
        return new Generator(
                config, listener, Arguments.require(stopSignal, "stopSignal"), decoder, padding, isWithinPositions);
    }

    /** The same, with what turns tokens to text, for {@code stop_strings}. */
    public Generator withDecoder(TokenDecoder decoder) {
        return new Generator(
                config,
                listener,
                stopSignal,
                Optional.of(Arguments.require(decoder, "decoder")),
                padding,
                isWithinPositions);
    }

    /**
     * The same, with rules that take a batch as transformers does, which is padded on the left: {@code max_length} and {@code min_length} count
     * the padding, and so many times as it is there, no token of it is new to {@code repetition_penalty} and {@code no_repeat_ngram_size}. The
     * model reads none of it. What a prompt gives then depends on its neighbours.
     *
     * @param tokens {@code [prompts]}, those before each prompt
     */
    public Generator withPadding(int[][] tokens) {
        Arguments.requireAll(Arrays.asList(Arguments.require(tokens, "tokens")), "tokens");
        return new Generator(config, listener, stopSignal, decoder, tokens.clone(), isWithinPositions);
    }

    /**
     * The same, where a sequence ends that fills all positions of the model, as one does that has {@code max_length} tokens. Otherwise asking
     * for more tokens than there are positions fails when they are filled.
     */
    public Generator withinPositions() {
        return new Generator(config, listener, stopSignal, decoder, padding, true);
    }

    /**
     * Generates.
     *
     * @param state has as many sequences as there are prompts, and has read what comes before them: nothing, as a rule. It is of no further use
     *     afterwards, and is not closed
     * @param prompts ids, one or more of each
     * @param seed of sampling; the same gives the same sequences on every machine
     * @throws IllegalArgumentException if options are out of range or not to be had together, or a prompt is empty, or leaves no room for a new
     *     token, or a sequence needs more positions than the model has
     * @throws IllegalArgumentException if the model gives NaN, or the rules leave no token to choose
     */
    public Generated generate(DecoderState state, int[][] prompts, long seed) {
        Arguments.require(state, "state");
        config.requireConsistent();
        DecoderSteps steps = new DecoderSteps(state);
        steps.requireReadable(prompts);
        TokenHistory[] histories = histories(prompts, state);
        StopRules stopRules = new StopRules(config.ids(EOS_TOKEN_ID), stopStrings());
        Interruption interruption =
                new Interruption(stopSignal, config.find(MAX_TIME).orElse(Double.POSITIVE_INFINITY));
        int vocabularySize = state.vocabularySize();
        return config.get(NUM_BEAMS) > 1
                ? new BeamSearch(config, vocabularySize, stopRules, interruption, listener)
                        .generate(steps, histories, seed)
                : new TokenByToken(config, vocabularySize, stopRules, interruption, listener)
                        .generate(steps, histories, seed);
    }

    /** Generates, with a listener and without the rest. */
    public static Generated generate(
            DecoderState state, int[][] prompts, GenerationConfig config, long seed, TokenListener listener) {
        return new Generator(config).withListener(listener).generate(state, prompts, seed);
    }

    private TokenHistory[] histories(int[][] prompts, DecoderState state) {
        if (padding.length != 0 && padding.length != prompts.length) {
            throw new IllegalArgumentException("prompts: expected " + padding.length
                    + ", one for each row of the padding, found " + prompts.length);
        }
        TokenHistory[] histories = new TokenHistory[prompts.length];
        for (int i = 0; i < prompts.length; i++) {
            int[] before = padding.length == 0 ? new int[0] : padding[i];
            int positions = state.maxLength() - state.length(i); // a picture may have taken some
            histories[i] =
                    new TokenHistory(before, prompts[i], maxLength(before.length + prompts[i].length, positions));
        }
        return histories;
    }

    /** Tokens that a sequence may have, those of its prompt included, and the padding before it. */
    private int maxLength(int promptLength, int positions) {
        Optional<Integer> newTokens = config.find(MAX_NEW_TOKENS);
        long maxLength = config.get(MAX_LENGTH);
        if (newTokens.isPresent()) {
            maxLength = (long) promptLength + newTokens.get();
        } else if (!config.isSet(MAX_LENGTH)) {
            maxLength = Math.min(promptLength + (long) config.get(MAX_LENGTH), positions);
        }
        if (isWithinPositions) {
            maxLength = Math.min(maxLength, positions);
        }
        if (promptLength >= maxLength) {
            throw new IllegalArgumentException("Input length of input_ids is " + promptLength
                    + ", but `max_length` is set to " + maxLength
                    + ". You should consider increasing `max_length` or, better yet, setting `max_new_tokens`.");
        }
        return (int) Math.min(maxLength, Integer.MAX_VALUE);
    }

    private Optional<StopStrings> stopStrings() {
        if (config.find(STOP_STRINGS).isPresent() && decoder.isEmpty()) {
            throw new IllegalArgumentException(
                    "`stop_strings` are set, but the generator has nothing that turns tokens to"
                            + " text; give it one (withDecoder)");
        }
        return config.find(STOP_STRINGS).map(strings -> new StopStrings(strings, decoder.orElseThrow()));
    }
}

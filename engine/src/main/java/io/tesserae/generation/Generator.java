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
import java.util.Optional;

/**
 * Generates with a decoder, as transformers' {@code GenerationMixin.generate}: greedy search, sampling, beam search, or beams that are drawn.
 * Immutable; what it is given to listen to and to ask may not be.
 *
 * <p>Prompts may have different lengths, and are not padded: each gives what it gives alone. A sequence that has ended is dropped from the
 * batch. So {@code max_length} and {@code min_length} count a prompt's own tokens; {@link #withPaddedLengths} is otherwise.
 */
public final class Generator {

    private final GenerationConfig config;
    private final TokenListener listener;
    private final StopSignal stopSignal;
    private final Optional<TokenDecoder> decoder;
    private final boolean hasPaddedLengths;
    private final boolean isWithinPositions;

    /** One that nobody listens to, and nobody stops. */
    public Generator(GenerationConfig config) {
        this(Arguments.require(config, "config"), TokenListener.NONE, StopSignal.NEVER, Optional.empty(), false, false);
    }

    private Generator(
            GenerationConfig config,
            TokenListener listener,
            StopSignal stopSignal,
            Optional<TokenDecoder> decoder,
            boolean hasPaddedLengths,
            boolean isWithinPositions) {
        this.config = config;
        this.listener = listener;
        this.stopSignal = stopSignal;
        this.decoder = decoder;
        this.hasPaddedLengths = hasPaddedLengths;
        this.isWithinPositions = isWithinPositions;
    }

    /** The same, with somebody who hears of tokens. */
    public Generator withListener(TokenListener listener) {
        return new Generator(
                config,
                Arguments.require(listener, "listener"),
                stopSignal,
                decoder,
                hasPaddedLengths,
                isWithinPositions);
    }

    /** The same, with somebody who may stop it. */
    public Generator withStopSignal(StopSignal stopSignal) {
        return new Generator(
                config,
                listener,
                Arguments.require(stopSignal, "stopSignal"),
                decoder,
                hasPaddedLengths,
                isWithinPositions);
    }

    /** The same, with what turns tokens to text, for {@code stop_strings}. */
    public Generator withDecoder(TokenDecoder decoder) {
        return new Generator(
                config,
                listener,
                stopSignal,
                Optional.of(Arguments.require(decoder, "decoder")),
                hasPaddedLengths,
                isWithinPositions);
    }

    /**
     * The same, with lengths as in a batch that is padded on the left: {@code max_length} and {@code min_length} count as many tokens for every
     * prompt as the longest of the call has. So transformers does; what a prompt gives then depends on its neighbours.
     */
    public Generator withPaddedLengths() {
        return new Generator(config, listener, stopSignal, decoder, true, isWithinPositions);
    }

    /**
     * The same, where a sequence ends that fills all positions of the model, as one does that has {@code max_length} tokens. Otherwise asking
     * for more tokens than there are positions fails when they are filled.
     */
    public Generator withinPositions() {
        return new Generator(config, listener, stopSignal, decoder, hasPaddedLengths, true);
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
     * @throws IllegalStateException if the model gives NaN, or the rules leave no token to choose
     */
    public Generated generate(DecoderState state, int[][] prompts, long seed) {
        Arguments.require(state, "state");
        config.requireConsistent();
        DecoderSteps steps = new DecoderSteps(state);
        steps.requireReadable(prompts);
        TokenHistory[] histories = histories(prompts, state.maxLength());
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

    private TokenHistory[] histories(int[][] prompts, int positions) {
        int longest = 0;
        for (int[] prompt : prompts) {
            longest = Math.max(longest, prompt.length);
        }
        TokenHistory[] histories = new TokenHistory[prompts.length];
        for (int i = 0; i < prompts.length; i++) {
            int padding = hasPaddedLengths ? longest - prompts[i].length : 0;
            histories[i] = new TokenHistory(prompts[i], padding, maxLength(prompts[i].length, padding, positions));
        }
        return histories;
    }

    /** Tokens that a sequence may have, its prompt's included, without padding. */
    private int maxLength(int promptLength, int padding, int positions) {
        Optional<Integer> newTokens = config.find(MAX_NEW_TOKENS);
        long maxLength = config.get(MAX_LENGTH) - (long) padding;
        if (newTokens.isPresent()) {
            maxLength = (long) promptLength + newTokens.get();
        } else if (!config.isSet(MAX_LENGTH)) {
            maxLength = Math.min(promptLength + (long) config.get(MAX_LENGTH), positions - (long) padding);
        }
        if (isWithinPositions) {
            maxLength = Math.min(maxLength, positions - (long) padding);
        }
        if (promptLength >= maxLength) {
            throw new IllegalArgumentException("Input length of input_ids is " + (promptLength + padding)
                    + ", but `max_length` is set to " + (maxLength + padding)
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

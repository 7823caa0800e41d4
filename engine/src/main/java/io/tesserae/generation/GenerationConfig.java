package io.tesserae.generation;

import io.tesserae.arguments.Arguments;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How to generate: what somebody has set, by option. Immutable.
 *
 * <pre>{@code
 * GenerationConfig config = GenerationConfig.DEFAULTS.with(NUM_BEAMS, 4).with(MAX_NEW_TOKENS, 30);
 * }</pre>
 *
 * <p>What a caller asks for goes before what the checkpoint's file says, and that before the defaults: {@code asked.over(file)}.
 *
 * @see GenerationOption
 */
public final class GenerationConfig {

    /** Nothing is set: greedy search, 20 tokens at most. */
    public static final GenerationConfig DEFAULTS = new GenerationConfig(Map.of());

    private final Map<GenerationOption<?>, Object> values;

    private GenerationConfig(Map<GenerationOption<?>, Object> values) {
        this.values = values;
    }

    /**
     * The same, with one option set.
     *
     * @throws IllegalArgumentException if the value is out of range
     */
    public <T> GenerationConfig with(GenerationOption<T> option, T value) {
        return withChecked(Arguments.require(option, "option"), value);
    }

    /**
     * The same, with one option set, where only the one who runs knows the option's type: a reader of a file.
     *
     * @throws IllegalArgumentException if the value is of another type, or out of range
     */
    public GenerationConfig withChecked(GenerationOption<?> option, Object value) {
        Map<GenerationOption<?>, Object> changed = new LinkedHashMap<>(values);
        changed.put(Arguments.require(option, "option"), option.checked(value));
        return new GenerationConfig(changed);
    }

    /** The same, with one option as if nobody had set it. */
    public GenerationConfig without(GenerationOption<?> option) {
        Map<GenerationOption<?>, Object> changed = new LinkedHashMap<>(values);
        changed.remove(Arguments.require(option, "option"));
        return new GenerationConfig(changed);
    }

    /**
     * The same, for a decoder whose encoder reads no tokens, but a picture: the rules about an encoder's tokens then mean nothing, and
     * transformers leaves them out. Without this they are about the prompt, as they are for a decoder alone.
     */
    public GenerationConfig withoutEncoderTokens() {
        return without(GenerationOption.ENCODER_REPETITION_PENALTY)
                .without(GenerationOption.ENCODER_NO_REPEAT_NGRAM_SIZE);
    }

    /** These settings, and where they are silent, those. */
    public GenerationConfig over(GenerationConfig those) {
        Map<GenerationOption<?>, Object> merged = new LinkedHashMap<>(Arguments.require(those, "those").values);
        merged.putAll(values);
        return new GenerationConfig(merged);
    }

    /** Whether an option is set, be it to its default. */
    public boolean isSet(GenerationOption<?> option) {
        return values.containsKey(Arguments.require(option, "option"));
    }

    /** The value of an option, or its default; empty where it has neither. */
    public <T> Optional<T> find(GenerationOption<T> option) {
        Object value = values.get(Arguments.require(option, "option"));
        return value == null ? option.defaultValue() : Optional.of(option.checked(value));
    }

    /**
     * The value of an option that has a default.
     *
     * @throws IllegalStateException if it has neither value nor default
     */
    public <T> T get(GenerationOption<T> option) {
        return find(option).orElseThrow(() -> new IllegalStateException(option + " is not set, and has no default"));
    }

    /** The ids of a list; none where it is not set. */
    int[] ids(GenerationOption<List<Integer>> option) {
        return find(option).orElse(List.of()).stream().mapToInt(token -> token).toArray();
    }

    /**
     * Checks what options must be together, with transformers' messages.
     *
     * @throws IllegalArgumentException if they cannot be together
     */
    public void requireConsistent() {
        int sequences = get(GenerationOption.NUM_RETURN_SEQUENCES);
        int beams = get(GenerationOption.NUM_BEAMS);
        if (sequences > 1 && beams == 1 && !get(GenerationOption.DO_SAMPLE)) {
            throw new IllegalArgumentException("Greedy methods (do_sample != True) without beam search do not support"
                    + " `num_return_sequences` different than 1 (got " + sequences + ").");
        }
        if (beams > 1 && sequences > beams) {
            throw new IllegalArgumentException("`num_return_sequences` (" + sequences
                    + ") has to be smaller or equal to `num_beams` (" + beams + ").");
        }
        requireNotSuppressed(
                GenerationOption.FORCED_BOS_TOKEN_ID,
                find(GenerationOption.FORCED_BOS_TOKEN_ID).map(List::of).orElse(List.of()));
        requireNotSuppressed(
                GenerationOption.FORCED_EOS_TOKEN_ID,
                find(GenerationOption.FORCED_EOS_TOKEN_ID).orElse(List.of()));
    }

    private void requireNotSuppressed(GenerationOption<?> option, Collection<Integer> forced) {
        Set<Integer> suppressed =
                new HashSet<>(find(GenerationOption.SUPPRESS_TOKENS).orElse(List.of()));
        if (!forced.isEmpty() && suppressed.containsAll(forced)) {
            throw new IllegalArgumentException("Every token in `" + option + "` (" + forced
                    + ") is also in `suppress_tokens`. Remove the overlapping token(s) from either.");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GenerationConfig config && values.equals(config.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** What is set. */
    @Override
    public String toString() {
        return "GenerationConfig" + values;
    }
}

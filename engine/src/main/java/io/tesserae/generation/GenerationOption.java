package io.tesserae.generation;

import io.tesserae.arguments.Arguments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One key of {@code generation_config.json}: its name, what it may be, and what it is when nobody says. Ids are 0 or more. What a key means is what
 * it means to transformers, <a
 * href="https://huggingface.co/docs/transformers/main_classes/text_generation#transformers.GenerationConfig">GenerationConfig</a>.
 *
 * @param <T> what its values are; lists and maps are immutable
 */
public final class GenerationOption<T> {

    /** What a value is written as. */
    public enum Kind {
        /** An {@link Integer}. */
        INTEGER,
        /** A {@link Double}. */
        NUMBER,
        /** A {@link Boolean}. */
        TRUTH,
        /** A list of ids, written as one where there is one only. */
        IDS,
        /** A list of lists of ids. */
        ID_LISTS,
        /** A list of strings, or one string. */
        STRINGS,
        /** A map from ids to a number. */
        BIASES,
        /** An {@link ExponentialDecay}. */
        DECAY,
        /** An {@link EarlyStopping}. */
        EARLY_STOPPING
    }

    private static final Map<String, GenerationOption<?>> ALL = new LinkedHashMap<>();

    /** Tokens of a sequence at most, prompt included. Without it and {@link #MAX_NEW_TOKENS}, 20 tokens are added. */
    public static final GenerationOption<Integer> MAX_LENGTH = integer("max_length", 20, 1, "greater than 0");
    /** New tokens at most; wins over {@link #MAX_LENGTH}. */
    public static final GenerationOption<Integer> MAX_NEW_TOKENS = integer("max_new_tokens", null, 1, "greater than 0");
    /** No end before a sequence has so many tokens, prompt included. */
    public static final GenerationOption<Integer> MIN_LENGTH = integer("min_length", 0, 0, "a non-negative integer");
    /** No end before so many new tokens; wins over {@link #MIN_LENGTH}. */
    public static final GenerationOption<Integer> MIN_NEW_TOKENS =
            integer("min_new_tokens", null, 0, "a non-negative integer");
    /** When beam search ends. */
    public static final GenerationOption<EarlyStopping> EARLY_STOPPING =
            new GenerationOption<>("early_stopping", Kind.EARLY_STOPPING, EarlyStopping.NO);
    /** Seconds, after which no step begins. */
    public static final GenerationOption<Double> MAX_TIME = number("max_time", null, 0, Double.MAX_VALUE);
    /** A sequence ends with the token that completes one of these; needs {@link Generator#withDecoder}. */
    public static final GenerationOption<List<String>> STOP_STRINGS =
            new GenerationOption<>("stop_strings", Kind.STRINGS, null);

    /** Whether tokens are drawn, and not the best taken. */
    public static final GenerationOption<Boolean> DO_SAMPLE = truth("do_sample");
    /** Sequences that beam search goes on with at every step; 1 for none. */
    public static final GenerationOption<Integer> NUM_BEAMS = integer("num_beams", 1, 1, "greater than 0");
    /** Answers for each prompt. */
    public static final GenerationOption<Integer> NUM_RETURN_SEQUENCES =
            integer("num_return_sequences", 1, 1, "greater than 0");
    /** The power of the length that a beam's score is divided by: above 0 favours long sequences. */
    public static final GenerationOption<Double> LENGTH_PENALTY =
            number("length_penalty", 1.0, -Double.MAX_VALUE, Double.MAX_VALUE);

    /** Sampling: what scores are divided by. */
    public static final GenerationOption<Double> TEMPERATURE =
            number("temperature", 1.0, -Double.MAX_VALUE, Double.MAX_VALUE);
    /** Sampling: among the best so many; 0 for all. */
    public static final GenerationOption<Integer> TOP_K =
            integer("top_k", 50, 0, "a strictly positive integer, or 0 for all tokens");
    /** Sampling: among the likeliest with this probability together. */
    public static final GenerationOption<Double> TOP_P = number("top_p", 1.0, 0, 1);
    /** Sampling: among those with this share of the likeliest one's probability. */
    public static final GenerationOption<Double> MIN_P = number("min_p", null, 0, 1);
    /** Sampling: among the likeliest with this share of the entropy. */
    public static final GenerationOption<Double> TOP_H = number("top_h", null, 0, 1);
    /** Sampling: among the most typical with this probability together. */
    public static final GenerationOption<Double> TYPICAL_P = number("typical_p", 1.0, 0, 1);
    /** Sampling: among those with this probability; 0 for all. */
    public static final GenerationOption<Double> EPSILON_CUTOFF = number("epsilon_cutoff", 0.0, 0, 1);
    /** Sampling: as {@link #EPSILON_CUTOFF}, less where the model is unsure; 0 for all. */
    public static final GenerationOption<Double> ETA_CUTOFF = number("eta_cutoff", 0.0, 0, 1);

    /** Above 1, tokens that are there already become less likely. */
    public static final GenerationOption<Double> REPETITION_PENALTY =
            number("repetition_penalty", 1.0, -Double.MAX_VALUE, Double.MAX_VALUE);
    /** Above 1, tokens of the prompt become likelier. */
    public static final GenerationOption<Double> ENCODER_REPETITION_PENALTY =
            number("encoder_repetition_penalty", 1.0, -Double.MAX_VALUE, Double.MAX_VALUE);
    /** No so many tokens twice; 0 for no such rule. */
    public static final GenerationOption<Integer> NO_REPEAT_NGRAM_SIZE =
            integer("no_repeat_ngram_size", 0, 0, "0 or more");
    /** No so many tokens of the prompt; 0 for no such rule. */
    public static final GenerationOption<Integer> ENCODER_NO_REPEAT_NGRAM_SIZE =
            integer("encoder_no_repeat_ngram_size", 0, 0, "0 or more");
    /** Sequences of tokens that are not generated. */
    public static final GenerationOption<List<List<Integer>>> BAD_WORDS_IDS =
            new GenerationOption<>("bad_words_ids", Kind.ID_LISTS, null);
    /** What is added to the score of a token that would complete a sequence. */
    public static final GenerationOption<Map<List<Integer>, Double>> SEQUENCE_BIAS =
            new GenerationOption<>("sequence_bias", Kind.BIASES, null);
    /** The token after a prompt of one. */
    public static final GenerationOption<Integer> FORCED_BOS_TOKEN_ID = id("forced_bos_token_id", 0);
    /** The last token that there may be. */
    public static final GenerationOption<List<Integer>> FORCED_EOS_TOKEN_ID = ids("forced_eos_token_id");
    /** Tokens that are never chosen. */
    public static final GenerationOption<List<Integer>> SUPPRESS_TOKENS = ids("suppress_tokens");
    /** Tokens that are not chosen first. */
    public static final GenerationOption<List<Integer>> BEGIN_SUPPRESS_TOKENS = ids("begin_suppress_tokens");
    /** How the end becomes likelier. */
    public static final GenerationOption<ExponentialDecay> EXPONENTIAL_DECAY_LENGTH_PENALTY =
            new GenerationOption<>("exponential_decay_length_penalty", Kind.DECAY, null);
    /** Whether scores become logarithms of probabilities after all other rules. */
    public static final GenerationOption<Boolean> RENORMALIZE_LOGITS = truth("renormalize_logits");
    /** Whether NaN and infinite scores are replaced; without it they are an error. */
    public static final GenerationOption<Boolean> REMOVE_INVALID_VALUES = truth("remove_invalid_values");

    /** Tokens that end a sequence. */
    public static final GenerationOption<List<Integer>> EOS_TOKEN_ID = ids("eos_token_id");
    /** The token that fills shorter sequences; without it the first of {@link #EOS_TOKEN_ID}. */
    public static final GenerationOption<Integer> PAD_TOKEN_ID = id("pad_token_id", -1);
    /** The token that texts begin with; for whoever makes prompts. */
    public static final GenerationOption<Integer> BOS_TOKEN_ID = id("bos_token_id", 0);
    /** The token that a decoder begins with after an encoder; for whoever makes prompts. */
    public static final GenerationOption<Integer> DECODER_START_TOKEN_ID = id("decoder_start_token_id", 0);

    /** Whether {@link Generated#scores()} are wanted. */
    public static final GenerationOption<Boolean> OUTPUT_SCORES = truth("output_scores");
    /** Whether {@link Generated#logits()} are wanted. */
    public static final GenerationOption<Boolean> OUTPUT_LOGITS = truth("output_logits");

    private final String name;
    private final Kind kind;
    private final T defaultValue;
    private final String expected;
    private final Predicate<T> range;

    private GenerationOption(String name, Kind kind, T defaultValue) {
        this(name, kind, defaultValue, "", _ -> true);
    }

    private GenerationOption(String name, Kind kind, T defaultValue, String expected, Predicate<T> range) {
        this.name = name;
        this.kind = kind;
        this.defaultValue = defaultValue;
        this.expected = expected;
        this.range = range;
        ALL.put(name, this);
    }

    private static GenerationOption<Integer> integer(String name, Integer defaultValue, int least, String expected) {
        return new GenerationOption<>(name, Kind.INTEGER, defaultValue, expected, value -> value >= least);
    }

    private static GenerationOption<Integer> id(String name, int least) {
        return integer(name, null, least, "a token id");
    }

    private static GenerationOption<Double> number(String name, Double defaultValue, double least, double most) {
        String expected = most == Double.MAX_VALUE
                ? "a finite number" + (least == 0 ? ", 0 or more" : "")
                : "a number from " + least + " to " + most;
        return new GenerationOption<>(
                name, Kind.NUMBER, defaultValue, expected, value -> value >= least && value <= most);
    }

    private static GenerationOption<Boolean> truth(String name) {
        return new GenerationOption<>(name, Kind.TRUTH, false);
    }

    private static GenerationOption<List<Integer>> ids(String name) {
        return new GenerationOption<>(
                name, Kind.IDS, null, "token ids", value -> value.stream().allMatch(token -> token >= 0));
    }

    /** All options, in no order that means anything. */
    public static List<GenerationOption<?>> all() {
        return List.copyOf(ALL.values());
    }

    /** The option of a name; empty where there is none. */
    public static Optional<GenerationOption<?>> named(String name) {
        return Optional.ofNullable(ALL.get(Arguments.require(name, "name")));
    }

    /** The key in {@code generation_config.json}. */
    public String optionName() {
        return name;
    }

    /** What its values are. */
    public Kind kind() {
        return kind;
    }

    /** What it is when nobody says; empty where it is then nothing. */
    public Optional<T> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    /**
     * A value, checked and made immutable.
     *
     * @throws IllegalArgumentException if it is of another type, or out of range
     */
    T checked(Object value) {
        Arguments.require(value, name);
        @SuppressWarnings("unchecked") // what is stored under this option passed the check of its kind
        T checked = (T) checkedKind(value);
        if (!range.test(checked)) {
            throw new IllegalArgumentException("`" + name + "` must be " + expected + ", but is " + value + ".");
        }
        return checked;
    }

    private Object checkedKind(Object value) {
        return switch (kind) {
            case INTEGER -> requireType(Integer.class, value);
            case NUMBER -> requireType(Double.class, value);
            case TRUTH -> requireType(Boolean.class, value);
            case IDS -> idList(value);
            case ID_LISTS ->
                requireFilled(list(value).stream()
                        .map(ids -> requireFilled(idList(ids)))
                        .toList());
            case STRINGS ->
                requireFilled(list(value).stream()
                        .map(string -> requireText(requireType(String.class, string)))
                        .toList());
            case BIASES -> {
                Map<List<Integer>, Double> biases = new LinkedHashMap<>();
                map(value)
                        .forEach((sequence, bias) ->
                                biases.put(requireFilled(idList(sequence)), requireType(Double.class, bias)));
                requireFilled(List.copyOf(biases.keySet()));
                yield Collections.unmodifiableMap(biases);
            }
            case DECAY -> requireType(ExponentialDecay.class, value);
            case EARLY_STOPPING -> requireType(EarlyStopping.class, value);
        };
    }

    private List<Integer> idList(Object value) {
        List<Integer> ids = new ArrayList<>();
        for (Object id : list(value)) {
            ids.add(requireType(Integer.class, id));
            if (ids.getLast() < 0) {
                throw wrong("token ids", id);
            }
        }
        return List.copyOf(ids);
    }

    private List<?> list(Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong("a list", value);
    }

    private Map<?, ?> map(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw wrong("a map", value);
    }

    private <V> V requireType(Class<V> type, Object value) {
        if (!type.isInstance(value)) {
            throw wrong("of type " + type.getSimpleName(), value);
        }
        return type.cast(value);
    }

    private <V> List<V> requireFilled(List<V> values) {
        if (values.isEmpty()) {
            throw wrong("non-empty", values);
        }
        return values;
    }

    private String requireText(String text) {
        if (text.isEmpty()) {
            throw wrong("strings of one character or more", "one of none");
        }
        return text;
    }

    private IllegalArgumentException wrong(String expected, Object found) {
        return new IllegalArgumentException("`" + name + "` must be " + expected + ", but is " + found + ".");
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }
}

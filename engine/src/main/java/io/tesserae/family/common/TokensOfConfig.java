package io.tesserae.family.common;

import io.tesserae.family.ConfigSource;
import io.tesserae.model.GenerationTokens;
import java.util.List;
import java.util.OptionalInt;

/** The tokens that a config.json says a text begins, ends and is padded with: {@code bos_token_id} and its like. */
public final class TokensOfConfig {

    private static final int LEAST = Integer.MIN_VALUE; // old files have ids that no vocabulary has
    private static final int MOST = Integer.MAX_VALUE;

    private TokensOfConfig() {}

    /**
     * Those of a model by itself.
     *
     * @param usual what begins and ends a text where the keys are absent; a key whose value is null says that nothing does
     */
    public static GenerationTokens read(ConfigSource config, int usual) {
        return read(config, usual, usual);
    }

    /**
     * Those of a model by itself.
     *
     * @param start what begins a text where the key is absent; a key whose value is null says that nothing does
     * @param end what ends it, likewise
     */
    public static GenerationTokens read(ConfigSource config, int start, int end) {
        return new GenerationTokens(
                first(config, "bos_token_id", List.of(start)),
                config.optionalInts("eos_token_id", List.of(end), LEAST, MOST),
                padding(config));
    }

    /**
     * Those of a model by itself, which has something to pad with even where the key is absent.
     *
     * @param padding what it is padded with where the key is absent; a key whose value is null says that nothing is
     */
    public static GenerationTokens read(ConfigSource config, int start, int end, int padding) {
        GenerationTokens tokens = read(config, start, end);
        return new GenerationTokens(tokens.start(), tokens.ends(), first(config, "pad_token_id", List.of(padding)));
    }

    /** {@code pad_token_id}, one number and no list, as transformers has it; empty where nothing is padded with. */
    public static OptionalInt padding(ConfigSource config) {
        return config.isSet("pad_token_id")
                ? OptionalInt.of(config.requireInt("pad_token_id", LEAST, MOST))
                : OptionalInt.empty();
    }

    /**
     * Those of a model that is the decoder inside another: what the outer configuration does not say, the inner one does.
     *
     * @param decoder what its own configuration says
     */
    public static GenerationTokens read(ConfigSource config, ConfigSource decoderConfig, GenerationTokens decoder) {
        OptionalInt start = either(
                first(config, "decoder_start_token_id", List.of()),
                first(decoderConfig, "decoder_start_token_id", List.of()));
        List<Integer> ends = config.optionalInts("eos_token_id", List.of(), LEAST, MOST);
        return new GenerationTokens(
                either(start, either(first(config, "bos_token_id", List.of()), decoder.start())),
                ends.isEmpty() ? decoder.ends() : ends,
                either(first(config, "pad_token_id", List.of()), decoder.padding()));
    }

    private static OptionalInt either(OptionalInt first, OptionalInt second) {
        return first.isPresent() ? first : second;
    }

    private static OptionalInt first(ConfigSource config, String key, List<Integer> absent) {
        List<Integer> ids = config.optionalInts(key, absent, LEAST, MOST);
        if (ids.size() > 1) {
            throw config.unexpected(key, "one id");
        }
        return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.getFirst());
    }
}

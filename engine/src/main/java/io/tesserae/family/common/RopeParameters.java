package io.tesserae.family.common;

import io.tesserae.family.ConfigSource;
import io.tesserae.layer.RotaryEmbedding;
import java.util.Optional;

/**
 * Reads the rotary embedding that a config.json describes: {@code rope_parameters}, or {@code rope_scaling} and {@code rope_theta} of
 * older files; transformers' {@code modeling_rope_utils}.
 *
 * <p>Two kinds make angles depend on how long the longest sequence of a batch is. {@code dynamic} does so for sequences that are longer
 * than {@code max_position_embeddings}, which are refused here, so that nothing is left of it. {@code longrope} does so within it, and
 * is refused: a sequence would not have the answer that it has alone, nor a step that of the whole.
 *
 * @param config of the model
 * @param parameters of the embedding; {@code config} where a file has none
 * @param channels how many channels of a head are turned
 * @param usualTheta of a file that says none
 */
public record RopeParameters(ConfigSource config, ConfigSource parameters, int channels, double usualTheta) {

    private static final double MOST = 1e12;
    private static final double USUAL_THETA = 10_000;

    /**
     * Reads it, of a family whose usual theta is the paper's.
     *
     * @param headSize channels of a head
     */
    public static RotaryEmbedding read(ConfigSource config, int headSize) {
        return read(config, headSize, USUAL_THETA);
    }

    /**
     * Reads it.
     *
     * @param headSize channels of a head
     * @param usualTheta of a file that says none; positive
     */
    public static RotaryEmbedding read(ConfigSource config, int headSize, double usualTheta) {
        String key = isSomething(config, "rope_scaling") ? "rope_scaling" : "rope_parameters";
        Optional<? extends ConfigSource> parameters = config.child(key);
        ConfigSource source = parameters.isPresent() ? parameters.get() : config;
        requireAllChannels(config);
        requireAllChannels(source);
        RopeParameters read = new RopeParameters(config, source, headSize, usualTheta);
        return parameters.isPresent() ? read.ofType() : read.plain();
    }

    private static void requireAllChannels(ConfigSource config) {
        String key = "partial_rotary_factor";
        if (config.isSet(key) && config.optionalDouble(key, 1, 0, MOST) != 1) {
            throw config.unexpected(key, "1: that some channels are turned and others not is not supported");
        }
    }

    private static boolean isSomething(ConfigSource config, String key) {
        return config.isSet(key) && !config.isEmptyObject(key);
    }

    private RotaryEmbedding ofType() {
        String key = parameters.isSet("type") && !parameters.isSet("rope_type") ? "type" : "rope_type";
        // Whichever is null says that there is no kind, and is refused.
        return switch (parameters.optionalString("rope_type", parameters.optionalString("type", "default"))) {
            case "default", "dynamic" -> plain();
            case "linear" -> linear();
            case "llama3" -> llama3();
            case "yarn" -> yarn();
            default ->
                throw parameters.unexpected(
                        key, "default, linear, dynamic, llama3 or yarn: other rotary embeddings are not supported");
        };
    }

    /** What stands inside wins; a null there is refused, as transformers cannot read it either. */
    private double theta() {
        double inside = parameters.optionalDouble("rope_theta", usualTheta, Double.MIN_VALUE, MOST);
        return parameters.isSet("rope_theta")
                ? inside
                : config.optionalDouble("rope_theta", usualTheta, Double.MIN_VALUE, MOST);
    }

    private float[] frequencies() {
        return RotaryEmbedding.frequencies(channels, theta());
    }

    private RotaryEmbedding plain() {
        return of(frequencies(), 1);
    }

    private static RotaryEmbedding of(float[] frequencies, double amplitude) {
        return RotaryEmbedding.of(frequencies, (float) amplitude, RotaryEmbedding.Layout.HALVES);
    }

    private double factor() {
        return requireDouble("factor", Double.MIN_VALUE);
    }

    private double requireDouble(String key, double least) {
        if (!parameters.isSet(key)) {
            throw parameters.unexpected(key, "a number: this kind of rotary embedding needs it");
        }
        return parameters.optionalDouble(key, 0, least, MOST);
    }

    /** The positions that the model was first trained on. */
    private int originalPositions() {
        int positions = config.optionalInt("max_position_embeddings", 2048, 1, ConfigChecks.MOST_POSITIONS);
        int inside =
                parameters.optionalInt("original_max_position_embeddings", positions, 1, ConfigChecks.MOST_POSITIONS);
        return config.optionalInt("original_max_position_embeddings", inside, 1, ConfigChecks.MOST_POSITIONS);
    }

    /** Positions that lie closer together: Chen et al., arXiv 2306.15595. */
    private RotaryEmbedding linear() {
        float factor = (float) factor();
        float[] frequencies = frequencies();
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] /= factor;
        }
        return of(frequencies, 1);
    }

    /** Long waves are stretched, short ones are not, and those between by degrees: Llama 3.1. */
    private RotaryEmbedding llama3() {
        float factor = (float) factor();
        double low = requireDouble("low_freq_factor", Double.MIN_VALUE);
        double high = requireDouble("high_freq_factor", Double.MIN_VALUE);
        int original = originalPositions();
        float[] frequencies = frequencies();
        for (int i = 0; i < frequencies.length; i++) {
            float wavelength = (float) (2 * Math.PI) / frequencies[i];
            float stretched = wavelength > (float) (original / low) ? frequencies[i] / factor : frequencies[i];
            boolean between = !(wavelength < (float) (original / high)) && !(wavelength > (float) (original / low));
            float smooth = (original / wavelength - (float) low) / (float) (high - low);
            frequencies[i] = between ? (1 - smooth) * stretched / factor + smooth * stretched : stretched;
        }
        return of(frequencies, 1);
    }

    /** Stretched by how often a wave turns within the first training's texts, and louder: Peng et al., arXiv 2309.00071. */
    private RotaryEmbedding yarn() {
        double original = originalPositions();
        double factor = factor();
        double fast = orUsual("beta_fast", 32);
        double slow = orUsual("beta_slow", 1);
        boolean whole = parameters.optionalBoolean("truncate", true);
        double low = channelThatTurns(fast, original);
        double high = channelThatTurns(slow, original);
        low = Math.max(whole ? Math.floor(low) : low, 0);
        high = Math.min(whole ? Math.ceil(high) : high, channels - 1);
        float span = (float) (low == high ? 0.001 : high - low);
        float[] frequencies = new float[channels / 2];
        double theta = theta();
        for (int i = 0; i < frequencies.length; i++) {
            float wave = (float) StrictMath.pow((float) theta, 2f * i / channels);
            float kept = 1 - Math.clamp((i - (float) low) / span, 0f, 1f);
            frequencies[i] = 1 / ((float) factor * wave) * (1 - kept) + 1 / wave * kept;
        }
        return of(frequencies, yarnAmplitude(factor));
    }

    /** A number that counts as absent where it is 0 or null, as Python's {@code or} has it. */
    private double orUsual(String key, double usual) {
        double given = parameters.isSet(key) ? parameters.optionalDouble(key, usual, 0, MOST) : usual;
        return given == 0 ? usual : given;
    }

    /** Which channel turns so often in a text of this many positions. */
    private double channelThatTurns(double times, double positions) {
        return channels * StrictMath.log(positions / (times * 2 * Math.PI)) / (2 * StrictMath.log(theta()));
    }

    private double yarnAmplitude(double factor) {
        if (parameters.isSet("attention_factor")) {
            return parameters.optionalDouble("attention_factor", 1, 0, MOST);
        }
        double scale = orUsual("mscale", 0);
        double ofAll = orUsual("mscale_all_dim", 0);
        return scale != 0 && ofAll != 0 ? louder(factor, scale) / louder(factor, ofAll) : louder(factor, 1);
    }

    private static double louder(double factor, double scale) {
        return factor <= 1 ? 1 : 0.1 * scale * StrictMath.log(factor) + 1;
    }
}

package io.tesserae.loaders.episode;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Prepares what is observed for a model: the steps of {@code JatProcessor} one by one. Immutable and thread-safe.
 *
 * @param tokenizer for texts that are observed; empty where a checkpoint has none, and takes numbers and frames alone
 */
public record EpisodeProcessor(Optional<Tokenizer> tokenizer) {

    /** A text that is observed becomes so many whole numbers: its tokens, and the end of text again and again. */
    public static final int TEXT_TOKENS = 64;

    /** What a tokenizer is read from. */
    private static final List<String> TOKENIZER_FILES =
            List.of("tokenizer.json", "vocab.json", "tokenizer_config.json");

    private static final float LARGEST = 255;
    private static final float MEAN = 0.5f;
    private static final float STANDARD_DEVIATION = 0.5f;

    /** Refuses null. */
    public EpisodeProcessor {
        Arguments.require(tokenizer, "tokenizer");
    }

    /**
     * The processor of a checkpoint of which other parts are loaded too, as its model.
     *
     * @throws ModelLoadingException if its tokenizer is damaged, or of a kind that is not supported
     */
    public static EpisodeProcessor fromPretrained(Checkpoint checkpoint) {
        boolean hasTokenizer = TOKENIZER_FILES.stream().anyMatch(checkpoint.files()::exists);
        return new EpisodeProcessor(
                hasTokenizer ? Optional.of(AutoTokenizer.fromPretrained(checkpoint)) : Optional.empty());
    }

    /**
     * The whole numbers of one step with what is said in it: first the numbers, then {@link #TEXT_TOKENS} more, or as many as the text has
     * tokens if these are more.
     *
     * @throws IllegalArgumentException if the checkpoint has no tokenizer
     */
    public int[] withText(int[] values, String text) {
        Arguments.require(values, "values");
        int[] tokens = tokens(text);
        int[] all = Arrays.copyOf(values, values.length + Math.max(tokens.length, TEXT_TOKENS));
        System.arraycopy(tokens, 0, all, values.length, tokens.length);
        Arrays.fill(all, values.length + tokens.length, all.length, endOfText());
        return all;
    }

    /**
     * The tokens of a text.
     *
     * @throws IllegalArgumentException if the checkpoint has no tokenizer
     */
    public int[] tokens(String text) {
        return requireTokenizer().encode(Arguments.require(text, "text")).inputIds();
    }

    /** What GPT-2 pads with; a tokenizer that names something else for it is taken at its word. */
    private int endOfText() {
        Tokenizer present = requireTokenizer();
        return present.specialTokens().pad() == null ? present.eosTokenId() : present.padTokenId();
    }

    private Tokenizer requireTokenizer() {
        return tokenizer.orElseThrow(() -> new IllegalArgumentException(
                "expected no texts, since the checkpoint has no tokenizer; found one. Put its tokenizer.json there"));
    }

    /**
     * The frames of one step, from 0 … 255 to -1 … 1, frame by frame.
     *
     * @param pixels {@code [height, width, channels]}, unsigned bytes, one channel for each frame
     * @return {@code [1, channels, height, width]}
     */
    public static Tensor frames(byte[] pixels, int height, int width, int channels) {
        int area = Math.multiplyExact(height, width);
        Tensor frames = Tensor.zeros(1, channels, height, width);
        if (Arguments.require(pixels, "pixels").length != frames.size()) {
            throw new IllegalArgumentException(
                    "pixels: expected " + frames.size() + ", height · width · channels, found " + pixels.length);
        }
        for (int i = 0; i < area; i++) {
            for (int channel = 0; channel < channels; channel++) {
                float pixel = Byte.toUnsignedInt(pixels[i * channels + channel]) / LARGEST;
                frames.data()[channel * area + i] = (pixel - MEAN) / STANDARD_DEVIATION;
            }
        }
        return frames;
    }
}

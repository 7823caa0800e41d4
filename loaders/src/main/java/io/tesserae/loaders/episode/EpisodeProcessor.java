package io.tesserae.loaders.episode;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Prepares for a model what is observed, written and photographed: {@code JatProcessor}. Immutable and thread-safe.
 *
 * <p>Episodes and texts that are too long are cut by {@link Truncation}; {@link PaddedSequences} makes rectangular arrays of them, which no
 * model of the project needs.
 *
 * @param tokenizer for texts, and for those that are observed; empty where a checkpoint has none
 * @param imageProcessor for photos; empty where a checkpoint has none. Frames of games need none
 */
public record EpisodeProcessor(Optional<Tokenizer> tokenizer, Optional<ImageProcessor> imageProcessor) {

    /** A text that is observed becomes so many whole numbers: its tokens, and the end of text again and again. */
    public static final int TEXT_TOKENS = 64;

    /** Tokens that are set aside for a photo before a text: {@code JatProcessor}'s constant, the patches of 16 of 224 pixels. */
    public static final int PHOTO_TOKENS = 196;

    /** What a tokenizer is read from. */
    private static final List<String> TOKENIZER_FILES =
            List.of("tokenizer.json", "vocab.json", "tokenizer_config.json");

    /** What an image processor is read from. */
    private static final List<String> IMAGE_PROCESSOR_FILES =
            List.of("preprocessor_config.json", "processor_config.json");

    private static final float LARGEST = 255;
    private static final float MEAN = 0.5f;
    private static final float STANDARD_DEVIATION = 0.5f;

    /** Refuses null. */
    public EpisodeProcessor {
        Arguments.require(tokenizer, "tokenizer");
        Arguments.require(imageProcessor, "imageProcessor");
    }

    /**
     * The processor of a checkpoint of which other parts are loaded too, as its model.
     *
     * @param engine whose kernels and threads resize photos
     * @throws ModelLoadingException if its tokenizer or its image processor is damaged, or of a kind that is not supported
     */
    public static EpisodeProcessor fromPretrained(Checkpoint checkpoint, Engine engine) {
        ModelFiles files = Arguments.require(checkpoint, "checkpoint").files();
        boolean hasTokenizer = TOKENIZER_FILES.stream().anyMatch(files::exists);
        boolean hasImageProcessor = IMAGE_PROCESSOR_FILES.stream().anyMatch(files::exists);
        return new EpisodeProcessor(
                hasTokenizer ? Optional.of(AutoTokenizer.fromPretrained(checkpoint)) : Optional.empty(),
                hasImageProcessor
                        ? Optional.of(AutoImageProcessor.fromPretrained(checkpoint, engine))
                        : Optional.empty());
    }

    /**
     * Texts, each with a photo before it.
     *
     * @param photos none, or as many as there are texts
     * @throws IllegalArgumentException if there are others, or the checkpoint has no tokenizer, or no image processor for photos
     */
    public PhotoTexts read(List<String> texts, List<RgbImage> photos) {
        int[][] inputIds =
                Arguments.requireAll(texts, "texts").stream().map(this::tokens).toArray(int[][]::new);
        if (Arguments.requireAll(photos, "photos").isEmpty()) {
            return PhotoTexts.of(inputIds);
        }
        ImageProcessor processor = imageProcessor.orElseThrow(() ->
                new IllegalArgumentException("expected no photos, since the checkpoint has no image processor; found "
                        + photos.size() + ". Put its preprocessor_config.json there"));
        return new PhotoTexts(Optional.of(ImageBatch.of(processor.process(photos))), inputIds);
    }

    /**
     * How many steps of an episode are kept: each is two tokens.
     *
     * @param maxLength in tokens; empty: as many as the tokenizer says that the model takes
     * @throws IllegalArgumentException if that is not even one
     */
    public int mostSteps(OptionalInt maxLength) {
        int most = mostTokens(maxLength) / 2;
        if (most < 1) {
            throw new IllegalArgumentException(
                    "maxLength: expected 2 or more, since a step is two tokens, found " + mostTokens(maxLength));
        }
        return most;
    }

    /**
     * How many tokens of a text are kept.
     *
     * @param maxLength in tokens, those of a photo among them; empty: as many as the tokenizer says that the model takes
     * @param followsPhoto whether a photo is before it, for which {@link #PHOTO_TOKENS} are set aside, whatever its size
     * @throws IllegalArgumentException if that is not even one
     */
    public int mostTextTokens(OptionalInt maxLength, boolean followsPhoto) {
        int most = mostTokens(maxLength) - (followsPhoto ? PHOTO_TOKENS : 0);
        if (most < 1) {
            throw new IllegalArgumentException("maxLength: expected "
                    + (followsPhoto
                            ? PHOTO_TOKENS + 1 + " or more, since " + PHOTO_TOKENS + " tokens are set aside for a photo"
                            : "1 or more")
                    + ", found " + mostTokens(maxLength));
        }
        return most;
    }

    private int mostTokens(OptionalInt maxLength) {
        return Arguments.require(maxLength, "maxLength").isPresent()
                ? maxLength.getAsInt()
                : requireTokenizer().modelMaxLength();
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

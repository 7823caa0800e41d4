package io.tesserae.pipelines.schedule;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.EncoderConfig;
import io.tesserae.model.TokenBackbone;
import io.tesserae.model.TokenBatch;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import java.util.List;

/**
 * A model's tokenizer, which knows how much the model takes: what it lets through fits.
 *
 * @param tokenizer the tokenizer
 * @param positions how many tokens of a sequence the model has positions for
 * @param truncated options, as they are written in Java, with which a text that is too long is cut; empty where there are none
 */
public record FittingTokenizer(Tokenizer tokenizer, int positions, String truncated) {

    /**
     * The tokenizer of a model.
     *
     * @param where what to call the model's config.json
     * @throws io.tesserae.loaders.files.ModelLoadingException if the tokenizer knows tokens that the model does not
     */
    public static FittingTokenizer of(Tokenizer tokenizer, TokenBackbone backbone, String where) {
        requireOneVocabulary(tokenizer, backbone.vocabularySize(), where);
        return new FittingTokenizer(tokenizer, backbone.maxLength(), "");
    }

    /**
     * The tokenizer of a model that writes.
     *
     * @param where what to call the model's config.json
     * @throws io.tesserae.loaders.files.ModelLoadingException if the tokenizer knows tokens that the model does not
     */
    public static FittingTokenizer of(Tokenizer tokenizer, EncoderConfig decoder, String where) {
        requireOneVocabulary(tokenizer, decoder.vocabSize(), where);
        return new FittingTokenizer(tokenizer, decoder.maxPositionEmbeddings(), "");
    }

    /**
     * The same tokenizer, for a pipeline whose options say whether texts are cut.
     *
     * @param options these options' class, which has {@code DEFAULT} and {@code withTruncation}
     */
    public FittingTokenizer truncatedBy(Class<?> options) {
        return new FittingTokenizer(tokenizer, positions, options.getSimpleName() + ".DEFAULT.withTruncation(true)");
    }

    /**
     * The same tokenizer where something else takes positions too.
     *
     * @param left how many there are for texts
     */
    public FittingTokenizer within(int left) {
        return new FittingTokenizer(tokenizer, Math.min(positions, left), truncated);
    }

    /** A tokenizer must not know tokens that the model does not. */
    private static void requireOneVocabulary(Tokenizer tokenizer, int known, String where) {
        if (tokenizer.vocabularySize() > known) {
            throw new ModelLoadingException(where + ": vocab_size is " + known + ", but the tokenizer has "
                    + tokenizer.vocabularySize() + " tokens; its files belong to another model");
        }
    }

    /** The longest encoding that the tokenizer and the model agree on, in tokens, special tokens included. */
    public int maxLength() {
        return Math.min(tokenizer.modelMaxLength(), positions);
    }

    /**
     * Encodes a text or a pair.
     *
     * @param truncate whether what is too long is cut, rather than refused
     * @throws IllegalArgumentException if it is too long for the model, and is not to be cut
     */
    public Encoding encode(TextInput input, boolean truncate) {
        return encode(input, truncate ? truncating(TruncationStrategy.LONGEST_FIRST) : EncodingOptions.DEFAULT);
    }

    /** Encodes a pair, also where the second text is empty, and cuts what is too long. */
    public Encoding encodePair(String text, String textPair) {
        return requireFitting(tokenizer.encodePair(text, textPair, truncating(TruncationStrategy.LONGEST_FIRST)));
    }

    /** Likewise with other options: another way to cut, say. */
    public Encoding encode(TextInput input, EncodingOptions options) {
        return requireFitting(tokenizer.encode(input.text(), input.textPair().orElse(null), options));
    }

    /**
     * The tokens of a text behind another token.
     *
     * @throws IllegalArgumentException if they are too many for the model
     */
    public int[] behind(int first, String text, EncodingOptions options) {
        int[] behind = tokenizer.encode(text, options).inputIds();
        int[] ids = new int[behind.length + 1];
        ids[0] = first;
        System.arraycopy(behind, 0, ids, 1, behind.length);
        requireFitting(ids.length);
        return ids;
    }

    private Encoding requireFitting(Encoding encoding) {
        requireFitting(encoding.size());
        return encoding;
    }

    private void requireFitting(int tokens) {
        if (tokens > positions) {
            throw new IllegalArgumentException(
                    "a text of " + tokens + " tokens is too long for the model, which has " + positions
                            + " positions; shorten it"
                            + (truncated.isEmpty() ? "" : ", or ask for truncation: " + truncated));
        }
    }

    /** Options that cut to the longest length, in this way. */
    public EncodingOptions truncating(TruncationStrategy strategy) {
        return EncodingOptions.DEFAULT.withTruncation(strategy).withMaxLength(maxLength());
    }

    /**
     * Encodings as a ragged batch, in their order. Where the tokenizer has no token types for the model, all tokens of
     * a pair are of the first, as in the reference, which then does not pass any.
     */
    public TokenBatch batch(List<Encoding> encodings) {
        int[][] inputIds = encodings.stream().map(Encoding::inputIds).toArray(int[][]::new);
        return tokenizer.returnsTokenTypeIds()
                ? TokenBatch.of(
                        inputIds, encodings.stream().map(Encoding::tokenTypeIds).toArray(int[][]::new))
                : TokenBatch.of(inputIds);
    }
}

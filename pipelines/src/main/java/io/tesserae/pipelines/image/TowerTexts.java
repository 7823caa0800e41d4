package io.tesserae.pipelines.image;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.ImageTextEncoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Texts as a model of pictures and texts reads them: as long as they are, or all of one length, cut to it or filled up.
 *
 * @param fitting the tokenizer, which refuses what is too long for the model
 * @param length of every text, in tokens; empty: as they are
 * @param padding what fills up
 */
record TowerTexts(FittingTokenizer fitting, OptionalInt length, OptionalInt padding) {

    /** @param where what to call the model's config.json */
    static TowerTexts of(Tokenizer tokenizer, ImageTextEncoder encoder, String where) {
        OptionalInt length = encoder.comparison().textLength();
        return new TowerTexts(
                FittingTokenizer.of(tokenizer, encoder.texts(), where),
                length,
                length.isPresent() ? OptionalInt.of(requirePadding(tokenizer, where)) : OptionalInt.empty());
    }

    private static int requirePadding(Tokenizer tokenizer, String where) {
        try {
            return tokenizer.padTokenId();
        } catch (IllegalStateException e) {
            throw new ModelLoadingException(
                    where + ": the model reads texts of one length, padding included; expected a tokenizer with a"
                            + " pad_token, found none",
                    e);
        }
    }

    /** @throws IllegalArgumentException if one is too long for the model */
    TokenBatch batch(List<String> texts) {
        return TokenBatch.of(texts.stream().map(this::ids).toArray(int[][]::new));
    }

    private int[] ids(String text) {
        if (length.isEmpty()) {
            return fitting.encode(TextInput.of(text), false).inputIds();
        }
        EncodingOptions cut = EncodingOptions.DEFAULT
                .withTruncation(TruncationStrategy.LONGEST_FIRST)
                .withMaxLength(length.getAsInt());
        int[] ids = fitting.encode(TextInput.of(text), cut).inputIds();
        int[] padded = Arrays.copyOf(ids, length.getAsInt());
        Arrays.fill(padded, ids.length, padded.length, padding.getAsInt());
        return padded;
    }

    Tokenizer tokenizer() {
        return fitting.tokenizer();
    }
}

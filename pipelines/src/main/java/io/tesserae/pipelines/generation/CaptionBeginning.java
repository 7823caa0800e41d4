package io.tesserae.pipelines.generation;

import static io.tesserae.generation.GenerationOption.BOS_TOKEN_ID;
import static io.tesserae.generation.GenerationOption.DECODER_START_TOKEN_ID;

import io.tesserae.generation.GenerationConfig;
import io.tesserae.loaders.AutoModelForImageTextToText;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tokenizer.EncodingOptions;
import java.util.OptionalInt;

/**
 * How a text about a picture begins: with a token of the model's and, in a model that takes prompts, with tokens of the caller's behind it.
 * Transformers makes the latter of {@code [CLS] prompt [SEP]}, whose first token it replaces and whose last it drops.
 *
 * @param start the first token
 * @param takesPrompts whether tokens of the caller's may follow it
 * @param startsPrompts whether it stands before them; else it is there only where there are none
 */
record CaptionBeginning(FittingTokenizer tokenizer, int start, boolean takesPrompts, boolean startsPrompts) {

    private static final EncodingOptions WORDS_ALONE = EncodingOptions.DEFAULT.withAddSpecialTokens(false);

    /** @param files how the checkpoint's files say to generate */
    static CaptionBeginning of(FittingTokenizer tokenizer, AutoModelForImageTextToText model, GenerationConfig files) {
        OptionalInt start = model.captioner().tokens().start();
        if (!model.takesPrompts()) {
            start = files.find(DECODER_START_TOKEN_ID)
                    .or(() -> files.find(BOS_TOKEN_ID))
                    .map(OptionalInt::of)
                    .orElse(start);
        }
        return new CaptionBeginning(
                tokenizer,
                start.orElseThrow(() -> new ModelLoadingException(model.config()
                        + ": decoder_start_token_id: expected the token that texts begin with, found none")),
                model.takesPrompts(),
                model.captioner().startsPrompts());
    }

    /**
     * The tokens of a beginning.
     *
     * @param prompt empty for none
     * @throws IllegalArgumentException if the model takes no prompts and there is one, or it is too long
     */
    int[] ids(String prompt) {
        if (prompt.isEmpty()) {
            return new int[] {start};
        }
        if (!takesPrompts) {
            throw new IllegalArgumentException("the model takes no prompt: its decoder begins each text with one token,"
                    + " and was trained on no other beginning; ask for captions without one");
        }
        return startsPrompts
                ? tokenizer.behind(start, prompt, WORDS_ALONE)
                : tokenizer.encode(TextInput.of(prompt), WORDS_ALONE).inputIds();
    }
}

package io.tesserae.pipelines.generation;

import static io.tesserae.generation.GenerationOption.BOS_TOKEN_ID;
import static io.tesserae.generation.GenerationOption.DECODER_START_TOKEN_ID;
import static io.tesserae.generation.GenerationOption.EOS_TOKEN_ID;
import static io.tesserae.generation.GenerationOption.PAD_TOKEN_ID;

import io.tesserae.generation.GenerationConfig;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.GenerationTokens;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.tokenizer.EncodingOptions;
import java.util.OptionalInt;

/**
 * How a text about a picture begins, and which tokens end it. There are two ways: a decoder behind an encoder of another family, transformers'
 * {@code VisionEncoderDecoderModel}, begins with one token, and its tokens are settings as all others; a model of its own, as {@code
 * BlipForConditionalGeneration}, takes the beginning of a text, and hands its tokens to the decoder whatever the settings say.
 *
 * @param start the first token
 * @param takesPrompts whether tokens of the caller's may follow it
 */
record CaptionBeginning(FittingTokenizer tokenizer, int start, boolean takesPrompts) {

    private static final EncodingOptions WORDS_ALONE = EncodingOptions.DEFAULT.withAddSpecialTokens(false);

    /** @param generation how the checkpoint says to generate */
    static CaptionBeginning of(
            FittingTokenizer tokenizer, PretrainedConfig config, GenerationTokens tokens, GenerationConfig generation) {
        boolean takesPrompts = takesPrompts(config);
        OptionalInt start = tokens.start();
        if (!takesPrompts) {
            start = generation
                    .find(DECODER_START_TOKEN_ID)
                    .or(() -> generation.find(BOS_TOKEN_ID))
                    .map(OptionalInt::of)
                    .orElse(start);
        }
        return new CaptionBeginning(
                tokenizer,
                start.orElseThrow(() -> new ModelLoadingException(
                        config + ": decoder_start_token_id: expected the token that texts begin with, found none")),
                takesPrompts);
    }

    /** Whether a model takes the beginning of a text: not one that puts a decoder behind an encoder of another family. */
    private static boolean takesPrompts(PretrainedConfig config) {
        return config.child("decoder").isEmpty();
    }

    /** The settings of a checkpoint: a model that takes prompts has tokens that no file changes. */
    static GenerationConfig settings(PretrainedConfig config, GenerationTokens tokens, GenerationConfig files) {
        return takesPrompts(config) ? settings(tokens).over(files) : files;
    }

    /** A model's own tokens as settings. */
    static GenerationConfig settings(GenerationTokens tokens) {
        GenerationConfig own = GenerationConfig.DEFAULTS.with(EOS_TOKEN_ID, tokens.ends());
        return tokens.padding().isPresent()
                ? own.with(PAD_TOKEN_ID, tokens.padding().getAsInt())
                : own;
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
        return tokenizer.behind(start, prompt, WORDS_ALONE);
    }
}

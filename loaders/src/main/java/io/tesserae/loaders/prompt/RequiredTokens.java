package io.tesserae.loaders.prompt;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;

/** Marks of a prompt that a tokenizer must know as one token each; else a model would read their letters. */
final class RequiredTokens {

    private RequiredTokens() {}

    /**
     * Checks that.
     *
     * @throws ModelLoadingException if it does not
     */
    static void check(Tokenizer tokenizer, List<String> tokens) {
        for (String token : tokens) {
            if (tokenizer.addedTokens().values().stream()
                    .noneMatch(added -> added.content().equals(token))) {
                throw new ModelLoadingException("tokenizer.json: added_tokens: expected one that is " + token
                        + ", which prompts with pictures are made of, found none; take the tokenizer that the model was"
                        + " trained with");
            }
        }
    }
}

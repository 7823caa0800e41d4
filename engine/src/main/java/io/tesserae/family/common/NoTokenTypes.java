package io.tesserae.family.common;

import io.tesserae.model.TokenBatch;

/** For models that have no token types: what is given, the reference looks up among the words. Their tokenizers give none. */
public final class NoTokenTypes {

    private NoTokenTypes() {}

    /**
     * Refuses token types other than 0.
     *
     * @param model what it is called
     */
    public static void require(TokenBatch batch, String model) {
        for (int type : batch.tokenTypeIds()) {
            if (type != 0) {
                throw new IllegalArgumentException(
                        "token type " + type + ": " + model + " has no token types; leave them out, or give zeros");
            }
        }
    }
}

package io.tesserae.family.common;

import io.tesserae.arguments.Arguments;
import io.tesserae.model.TokenBatch;

/** Token types, which tell a pair's texts apart, in models that have none. */
public final class TokenTypes {

    private TokenTypes() {}

    /**
     * Refuses a batch that has any.
     *
     * @param model what it is called
     * @throws IllegalArgumentException if a token has another type than 0
     */
    public static void requireNone(TokenBatch batch, String model) {
        Arguments.require(model, "model");
        for (int type : Arguments.require(batch, "batch").tokenTypeIds()) {
            if (type != 0) {
                throw new IllegalArgumentException(
                        "token type " + type + ": " + model + " has no token types; leave them out, or give zeros");
            }
        }
    }
}

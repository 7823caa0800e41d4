package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import java.util.List;
import java.util.OptionalInt;

/**
 * The tokens that generation begins, ends and pads with, as a model's own configuration has them.
 *
 * @param start the token that a text begins with where the caller gives none: {@code bos_token_id}, or
 *     {@code decoder_start_token_id}; empty where there is none
 * @param ends the tokens that end a text; none where nothing but the length does
 * @param padding what short texts are padded with; empty where there is none
 */
public record GenerationTokens(OptionalInt start, List<Integer> ends, OptionalInt padding) {

    /** Copies the list. */
    public GenerationTokens {
        Arguments.require(start, "start");
        ends = List.copyOf(Arguments.requireAll(ends, "ends"));
        Arguments.require(padding, "padding");
    }
}

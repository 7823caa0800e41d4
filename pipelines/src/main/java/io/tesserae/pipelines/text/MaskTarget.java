package io.tesserae.pipelines.text;

import java.util.OptionalInt;

/**
 * A word that a mask may stand for, as the vocabulary has it.
 *
 * @param target what was asked for
 * @param token the token that is scored for it: its own, or the first of the pieces that it is cut into; empty where nothing
 *     is left of it
 * @param isKnown whether the vocabulary has it as it is
 */
public record MaskTarget(String target, OptionalInt token, boolean isKnown) {}

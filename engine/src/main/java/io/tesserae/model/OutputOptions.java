package io.tesserae.model;

/**
 * What a model returns beyond its result.
 *
 * @param hiddenStates the residual stream after the embeddings and after every layer
 * @param attentions every layer's attention maps
 */
public record OutputOptions(boolean hiddenStates, boolean attentions) {

    /** The result alone. */
    public static final OutputOptions RESULT_ONLY = new OutputOptions(false, false);
}

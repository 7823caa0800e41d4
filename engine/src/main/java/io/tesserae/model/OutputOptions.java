package io.tesserae.model;

/**
 * What a model returns beyond its result.
 *
 * @param hiddenStates the residual stream after the embeddings and after every layer
 * @param attentions every layer's attention maps, of rows that look at each other
 * @param crossAttentions the attention maps of rows that look at others, where a model has such layers
 */
public record OutputOptions(boolean hiddenStates, boolean attentions, boolean crossAttentions) {

    /** The result alone. */
    public static final OutputOptions RESULT_ONLY = new OutputOptions(false, false);

    /** With all attention maps or none, as transformers has it. */
    public OutputOptions(boolean hiddenStates, boolean attentions) {
        this(hiddenStates, attentions, attentions);
    }
}

package io.tesserae.pipelines.attention;

/**
 * The choices of an attention over texts.
 *
 * @param truncation whether a text that is too long for the model is cut, rather than refused
 */
public record TextAttentionOptions(boolean truncation) {

    /** No truncation. */
    public static final TextAttentionOptions DEFAULT = new TextAttentionOptions(false);

    /** With texts cut to the model's length, or not. */
    public TextAttentionOptions withTruncation(boolean cut) {
        return new TextAttentionOptions(cut);
    }
}

package io.tesserae.layer.decoder;

/**
 * What the sequences of a decoder have beside their own tokens.
 *
 * @param memory what they look at: cross-attention
 * @param inserted what they read in the place of tokens
 */
public record DecoderContext(CrossMemory memory, InsertedRows inserted) {

    /** Nothing: a language model by itself. */
    public static final DecoderContext NONE = new DecoderContext(CrossMemory.NONE, InsertedRows.NONE);

    /** A memory, and nothing else. */
    public static DecoderContext of(CrossMemory memory) {
        return new DecoderContext(memory, InsertedRows.NONE);
    }

    /** Rows among the words, and nothing else. */
    public static DecoderContext of(InsertedRows inserted) {
        return new DecoderContext(CrossMemory.NONE, inserted);
    }

    /** That of other sequences: each has what the sequence {@code parents[i]} had. */
    public DecoderContext select(int[] parents) {
        return new DecoderContext(memory.select(parents), inserted.select(parents));
    }
}

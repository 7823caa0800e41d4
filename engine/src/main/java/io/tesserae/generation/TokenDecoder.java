package io.tesserae.generation;

/** From tokens to their text: a tokenizer's decode, special tokens included. Stop strings are looked for in it. */
@FunctionalInterface
public interface TokenDecoder {

    /** The text of some tokens, in their order. */
    String decode(int[] tokens);
}

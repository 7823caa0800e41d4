package io.tesserae.tokenizer;

/** An end of a sequence. */
public enum Side {
    LEFT,
    RIGHT
}

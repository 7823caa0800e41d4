package io.tesserae.tokenizer.text;

/** Finds added tokens in a text, from left to right, without overlap. */
public sealed interface TokenFinder permits AddedTokenFinder, PythonTokenFinder {

    /** What to do with the pieces that a text falls into. */
    interface Pieces {
        /** Text between added tokens; never empty. */
        void text(int from, int to);

        /** An added token, with the whitespace that belongs to its place. */
        void token(int id, int from, int to);
    }

    /** Whether there is nothing to find. */
    boolean isEmpty();

    /** Cuts {@code text[from, to)} into pieces; characters outside of it are not looked at. */
    void split(char[] text, int from, int to, Pieces pieces);
}

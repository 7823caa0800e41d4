package io.tesserae.tokenizer;

/**
 * Transformers has two implementations of what all tokenizers do, and a class belongs to one of them. They agree on nearly everything;
 * this says whom a tokenizer follows where they do not.
 *
 * <p>Source: {@code tokenization_utils_tokenizers.py} and {@code tokenization_python.py}, version 5.18.
 */
public enum Backend {

    /** The tokenizers library: nearly all classes. */
    TOKENIZERS,

    /**
     * Plain Python, for classes whose segmentation that library does not have. What is other:
     *
     * <ul>
     *   <li>An empty second text is a text, {@code [CLS] a [SEP] [SEP]}.
     *   <li>Added tokens are found in the raw text, all at once. One that swallows whitespace leaves it out of its own place; one that
     *       must stand alone needs a space beside it, or else it and its neighbour are text together. Where special tokens are to be
     *       split, no added token is found at all.
     *   <li>When both texts are shortened, the odd token stays with the first. When the left is cut off, an empty second text goes.
     *   <li>Without special tokens around the texts, all token types are 0.
     * </ul>
     *
     * <p>Where that code returns more tokens than the length that was asked for, a text is refused here. It also overlooks a token that
     * ends where a longer one fails and would go on a character later; here it is found.
     */
    PYTHON
}

package io.tesserae.tokenizer;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The five tokens that a BERT tokenizer gives a meaning to, by the names that Hugging Face's files give them. All but
 * the first may be null: a tokenizer that was made for something else may lack them.
 *
 * @param unk stands for a word that the vocabulary cannot spell
 * @param sep ends each sequence
 * @param pad fills the short sequences of a batch
 * @param cls begins the input; classifiers read its last hidden state
 * @param mask hides a word that a masked language model is to guess
 */
public record SpecialTokens(String unk, String sep, String pad, String cls, String mask) {

    /** BERT's own: {@code [UNK]}, {@code [SEP]}, {@code [PAD]}, {@code [CLS]}, {@code [MASK]}. */
    public static final SpecialTokens BERT = new SpecialTokens("[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]");

    public SpecialTokens {
        Arguments.require(unk, "unk");
    }

    /** Those there are, in the order in which the reference adds what the vocabulary lacks. */
    List<String> all() {
        return Stream.of(unk, sep, pad, cls, mask).filter(Objects::nonNull).toList();
    }
}

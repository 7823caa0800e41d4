package io.tesserae.tokenizer;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The tokens that a tokenizer gives a meaning to, by the names that Hugging Face's files give them. Each may be null: a tokenizer
 * that was made for something else may lack it, and a checkpoint may say that there is none.
 *
 * @param unk stands for a word that the vocabulary cannot spell
 * @param sep ends each sequence, for BERT and its kin
 * @param pad fills the short sequences of a batch
 * @param cls begins the input, for BERT and its kin; classifiers read its last hidden state
 * @param mask hides a word that a masked language model is to guess
 * @param bos begins a text, where a model writes texts
 * @param eos ends a text, where a model writes texts
 */
public record SpecialTokens(String unk, String sep, String pad, String cls, String mask, String bos, String eos) {

    /** BERT's own: {@code [UNK]}, {@code [SEP]}, {@code [PAD]}, {@code [CLS]}, {@code [MASK]}. */
    public static final SpecialTokens BERT = new SpecialTokens("[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]");

    /** Those of a model that writes no texts: no bos, no eos. */
    public SpecialTokens(String unk, String sep, String pad, String cls, String mask) {
        this(unk, sep, pad, cls, mask, null, null);
    }

    /** These with other tokens that begin and end a text; null where there is none. */
    public SpecialTokens withBosAndEos(String bos, String eos) {
        return new SpecialTokens(unk, sep, pad, cls, mask, bos, eos);
    }

    /** Those there are, in the order in which the reference adds what the vocabulary lacks. */
    List<String> all() {
        return Stream.of(bos, eos, unk, sep, pad, cls, mask)
                .filter(Objects::nonNull)
                .toList();
    }
}

package io.tesserae.training.data;

import io.tesserae.arguments.Arguments;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.training.data.table.TaggedWords;
import java.util.ArrayList;
import java.util.List;

/**
 * From sentences with a tag for each word to examples of token classification, as transformers' {@code run_ner.py} makes them: a word's
 * first token has its label, its further ones and the special tokens have {@link LabelSet#IGNORED}.
 *
 * @param encoder of the texts
 * @param labelAllTokens whether a word's further tokens have its label too; {@code I-X} instead of {@code B-X}, if there is one
 */
public record TokenClassificationReader(TextEncoder encoder, boolean labelAllTokens) {

    private static final int NO_WORD = -1;

    /** The labels that occur in training data, sorted. */
    public static LabelSet labels(List<TaggedWords> sentences) {
        List<String> tags = Arguments.require(sentences, "sentences").stream()
                .flatMap(sentence -> sentence.tags().stream())
                .toList();
        return LabelSet.occurringIn(tags, tags.stream().allMatch(LabelSet::isInteger));
    }

    /**
     * Encodes sentences.
     *
     * @param labels that the model tells apart; what is none of them is refused
     * @throws io.tesserae.training.failure.TrainingException if a sentence is no good; the message names its line
     */
    public Dataset<TokenClassificationExample> read(List<TaggedWords> sentences, LabelSet labels) {
        List<TokenClassificationExample> examples = new ArrayList<>(sentences.size());
        for (TaggedWords sentence : sentences) {
            int[] ofWords = new int[sentence.words().size()];
            for (int word = 0; word < ofWords.length; word++) {
                ofWords[word] = labels.id(sentence.tags().get(word), sentence.origin(word));
            }
            Encoding encoding = encoder.encodeWords(sentence.words(), sentence.origin());
            examples.add(new TokenClassificationExample(encoder.text(encoding), aligned(encoding, ofWords, labels)));
        }
        return Dataset.of(examples);
    }

    private int[] aligned(Encoding encoding, int[] ofWords, LabelSet labels) {
        int[] words = encoding.wordIds();
        int[] ofTokens = new int[words.length];
        int previous = NO_WORD;
        for (int token = 0; token < words.length; token++) {
            int word = words[token];
            if (word == NO_WORD) {
                ofTokens[token] = LabelSet.IGNORED;
            } else if (word != previous) {
                ofTokens[token] = ofWords[word];
            } else {
                ofTokens[token] = labelAllTokens ? inside(ofWords[word], labels) : LabelSet.IGNORED;
            }
            previous = word;
        }
        return ofTokens;
    }

    /** {@code I-X} for {@code B-X}, if there is such a label. */
    private static int inside(int label, LabelSet labels) {
        String name = labels.names().get(label);
        return name.startsWith("B-") ? labels.id("I-" + name.substring(2)).orElse(label) : label;
    }
}

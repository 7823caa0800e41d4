package io.tesserae.training.data;

import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.training.kernel.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Hides tokens, for a model to guess: of those that are not special, each with some probability is asked for. Of these, 80 % become the
 * mask token, 10 % a token drawn from the whole vocabulary, and 10 % stay. Devlin et al., <i>BERT: Pre-training of Deep Bidirectional
 * Transformers for Language Understanding</i>, NAACL 2019; {@code DataCollatorForLanguageModeling} of transformers.
 *
 * <p>What becomes of a token depends on the seed, the epoch, the example's index and the token's place in it, and on nothing else.
 *
 * @param maskTokenId what hides a token
 * @param vocabularySize how many tokens there are to draw from
 * @param probability that a token is asked for, from 0 to 1
 * @param seed of the training run
 */
public record TokenMasking(int maskTokenId, int vocabularySize, float probability, long seed) {

    /** As BERT was trained, and as transformers does it unless told otherwise. */
    public static final float USUAL_PROBABILITY = 0.15f;

    private static final float MASKED = 0.8f;
    private static final float MASKED_OR_RANDOM = 0.9f;
    private static final int DRAWS = 3; // for each token: whether, how, what

    /** Checks the ranges. */
    public TokenMasking {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability: expected a number from 0 to 1, found " + probability);
        }
        if (maskTokenId < 0 || maskTokenId >= vocabularySize) {
            throw new IllegalArgumentException("maskTokenId: expected an id among the " + vocabularySize
                    + " of the vocabulary, found " + maskTokenId);
        }
    }

    /**
     * With the tokens of a tokenizer.
     *
     * @throws IllegalStateException if it has no mask token
     */
    public static TokenMasking of(Tokenizer tokenizer, float probability, long seed) {
        return new TokenMasking(tokenizer.maskTokenId(), tokenizer.vocabularySize(), probability, seed);
    }

    /**
     * Examples as a batch with tokens hidden. Its labels are what was hidden, {@link LabelSet#IGNORED} elsewhere.
     *
     * @param indices of the examples
     * @param epoch counted from 0
     */
    public TokenLabelBatch batch(Dataset<MaskableText> examples, int[] indices, long epoch) {
        List<TokenClassificationExample> masked = new ArrayList<>(indices.length);
        for (int index : indices) {
            masked.add(mask(examples.get(index), index, epoch));
        }
        return TokenLabelBatch.of(masked);
    }

    private TokenClassificationExample mask(MaskableText example, int index, long epoch) {
        Draw draw = Draw.of(seed, epoch, index, DrawSites.MASKING);
        int[] ids = example.text().inputIds().clone();
        int[] labels = new int[ids.length];
        Arrays.fill(labels, LabelSet.IGNORED);
        for (int token = 0; token < ids.length; token++) {
            long place = (long) token * DRAWS;
            if (!example.special()[token] && draw.uniform(place) < probability) {
                labels[token] = ids[token];
                ids[token] = replacement(ids[token], draw.uniform(place + 1), draw.bits(place + 2));
            }
        }
        EncodedText text = new EncodedText(ids, example.text().tokenTypeIds());
        return new TokenClassificationExample(text, labels);
    }

    private int replacement(int id, float how, int bits) {
        if (how < MASKED) {
            return maskTokenId;
        }
        // The upper half of a product is spread evenly over the vocabulary.
        return how < MASKED_OR_RANDOM ? (int) (Integer.toUnsignedLong(bits) * vocabularySize >>> Integer.SIZE) : id;
    }
}

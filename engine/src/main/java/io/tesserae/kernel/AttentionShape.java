package io.tesserae.kernel;

/**
 * How many heads attention has, how wide they are, and what their scores are multiplied by.
 *
 * @param heads heads of the queries and of the context; 1 or more
 * @param keyHeads heads of the keys and values, which {@code heads / keyHeads} neighbouring query heads share; divides
 *     {@code heads}
 * @param headSize channels of a head's queries and keys; 1 or more
 * @param valueSize channels of a head's values and context; 1 or more
 * @param scale multiplies the scores, after the product; positive and finite
 */
public record AttentionShape(int heads, int keyHeads, int headSize, int valueSize, float scale) {

    /** Checks that the sizes fit together. */
    public AttentionShape {
        if (heads < 1 || keyHeads < 1 || heads % keyHeads != 0) {
            throw new IllegalArgumentException(
                    "expected a multiple of the key heads for heads, found " + heads + " and " + keyHeads);
        }
        if (headSize < 1 || valueSize < 1) {
            throw new IllegalArgumentException(
                    "expected heads of 1 channel or more, found " + headSize + " and, of values, " + valueSize);
        }
        if (!(scale > 0 && scale < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("expected a positive, finite scale, found " + scale);
        }
    }

    /** Heads of one size, each with keys of its own, scaled by 1 / √size: Vaswani et al., arXiv 1706.03762, equation 1. */
    public static AttentionShape of(int heads, int headSize) {
        return new AttentionShape(heads, heads, headSize, headSize, (float) (1 / Math.sqrt(headSize)));
    }

    /** Channels of all heads' queries. */
    public int queryWidth() {
        return Math.multiplyExact(heads, headSize);
    }

    /** Channels of all heads' keys. */
    public int keyWidth() {
        return Math.multiplyExact(keyHeads, headSize);
    }

    /** Channels of all heads' values. */
    public int valueWidth() {
        return Math.multiplyExact(keyHeads, valueSize);
    }

    /** Channels of all heads' contexts. */
    public int contextWidth() {
        return Math.multiplyExact(heads, valueSize);
    }

    /** Whose keys and values a head of the queries attends to. */
    int keyHead(int head) {
        return head / (heads / keyHeads);
    }
}

package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;

/**
 * Ragged sequences in which everything is an element: words, numbers and actions as ids, and pictures as patches. Reed et al., arXiv
 * 2205.06175, section 2.1.
 *
 * @param elements all elements: their ids, which mean nothing at patches, and their positions in their sequences
 * @param patchOf {@code [elements]}: which of the patches each element is, or {@link #ID}; every patch is one element, and they follow
 *     each other in their order
 * @param patches of the pictures of all sequences
 * @param localPositions {@code [elements]}: each element's place within the observation that it is a part of, or {@link #NO_PLACE}
 */
public record StreamBatch(TokenBatch elements, int[] patchOf, PicturePatches patches, int[] localPositions) {

    /** An element that is no patch. */
    public static final int ID = -1;

    /** An element that is no part of an observation, an action say. */
    public static final int NO_PLACE = -1;

    /** Checks that the parts fit together. */
    public StreamBatch {
        Arguments.require(elements, "elements");
        Arguments.require(patchOf, "patchOf");
        Arguments.require(patches, "patches");
        Arguments.require(localPositions, "localPositions");
        int count = elements.tokens();
        if (patchOf.length != count || localPositions.length != count) {
            throw new IllegalArgumentException("a batch of " + count + " elements says of " + patchOf.length
                    + " whether they are patches, and of " + localPositions.length + " which place they have");
        }
        int next = 0;
        for (int element = 0; element < count; element++) {
            if (patchOf[element] != ID && patchOf[element] != next++) {
                throw new IllegalArgumentException("element " + element + ": expected no patch, or patch " + (next - 1)
                        + ", which is the next, found " + patchOf[element]);
            }
            if (localPositions[element] < NO_PLACE) {
                throw new IllegalArgumentException(
                        "element " + element + ": expected a local position of 0 or more, or " + NO_PLACE
                                + " for none, found " + localPositions[element]);
            }
        }
        if (next != patches.count()) {
            throw new IllegalArgumentException(
                    "expected an element for each of the " + patches.count() + " patches, found " + next);
        }
    }

    /** Ids alone, which are parts of no observation: a text, or actions. */
    public static StreamBatch of(TokenBatch ids) {
        int[] none = new int[Arguments.require(ids, "ids").tokens()];
        Arrays.fill(none, -1);
        return new StreamBatch(ids, none, PicturePatches.NONE, none);
    }

    /** How many elements there are, over all sequences. */
    public int count() {
        return elements.tokens();
    }

    /** How many sequences there are. */
    public int sequences() {
        return elements.sequences();
    }
}

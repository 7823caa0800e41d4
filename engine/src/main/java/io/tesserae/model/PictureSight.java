package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;

/**
 * Which pictures of its text each token sees, an interval of them: transformers' {@code image_attention_mask}. Alayrac et al., arXiv
 * 2204.14198, section 2.3, lets a token see the picture that came last before it. A token that is written behind those that are given
 * sees what the last of them does.
 *
 * @param firstPictures {@code [texts][tokens]}, the first picture that the token sees, counted from the first of its text
 * @param endPictures {@code [texts][tokens]}, the picture behind the last; where it is not behind the first, the token sees none
 */
public record PictureSight(int[][] firstPictures, int[][] endPictures) {

    /** Checks that the arrays fit together. */
    public PictureSight {
        Arguments.requireAll(Arrays.asList(Arguments.require(firstPictures, "firstPictures")), "firstPictures");
        Arguments.requireAll(Arrays.asList(Arguments.require(endPictures, "endPictures")), "endPictures");
        if (firstPictures.length != endPictures.length) {
            throw new IllegalArgumentException("expected as many texts of both, found " + firstPictures.length
                    + " firstPictures and " + endPictures.length + " endPictures");
        }
        for (int text = 0; text < firstPictures.length; text++) {
            if (firstPictures[text].length == 0 || firstPictures[text].length != endPictures[text].length) {
                throw new IllegalArgumentException("text " + text + ": expected both for each of its tokens, found "
                        + firstPictures[text].length + " firstPictures and " + endPictures[text].length
                        + " endPictures");
            }
        }
    }

    /**
     * The picture that came last: its mark sees it, and so does every token up to the next mark, or up to an end of a text and with it.
     *
     * @param imageToken the mark of a picture
     * @param endToken what ends a text, behind which another may begin in the same sequence
     */
    public static PictureSight latest(TokenBatch texts, int imageToken, int endToken) {
        Arguments.require(texts, "texts");
        int[][] firstPictures = new int[texts.sequences()][];
        int[][] endPictures = new int[texts.sequences()][];
        for (int text = 0; text < texts.sequences(); text++) {
            int start = texts.sequenceStarts()[text];
            firstPictures[text] = new int[texts.length(text)];
            endPictures[text] = new int[texts.length(text)];
            int pictures = 0;
            boolean sees = false;
            for (int token = 0; token < firstPictures[text].length; token++) {
                int id = texts.inputIds()[start + token];
                if (id == imageToken) {
                    pictures++;
                    sees = true;
                }
                firstPictures[text][token] = sees ? pictures - 1 : 0;
                endPictures[text][token] = sees ? pictures : 0;
                sees &= id != endToken;
            }
        }
        return new PictureSight(firstPictures, endPictures);
    }
}

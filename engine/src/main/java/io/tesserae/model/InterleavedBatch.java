package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Texts with pictures among them. Each picture has its marks in the tokens, as many as its model's prompt format says.
 *
 * @param texts the tokens
 * @param pictures those of the first text, then those of the next, each text's in the order of their marks; empty where there are none
 * @param pictureStarts {@code [texts + 1]}: where each text's pictures begin, and where the last's end
 * @param extents {@code [pictures]}, what of each is not padding
 * @param sight which of its text's pictures each token sees; empty where the model says it itself
 */
public record InterleavedBatch(
        TokenBatch texts,
        Optional<ImageBatch> pictures,
        int[] pictureStarts,
        List<ImageExtent> extents,
        Optional<PictureSight> sight) {

    /** Checks that the parts fit together. */
    public InterleavedBatch {
        Arguments.require(texts, "texts");
        Arguments.require(pictures, "pictures");
        Arguments.require(pictureStarts, "pictureStarts");
        extents = List.copyOf(Arguments.requireAll(extents, "extents"));
        Arguments.require(sight, "sight");
        int images = pictures.map(ImageBatch::images).orElse(0);
        boolean ascending = pictureStarts.length == texts.sequences() + 1 && pictureStarts[0] == 0;
        for (int text = 1; ascending && text < pictureStarts.length; text++) {
            ascending = pictureStarts[text] >= pictureStarts[text - 1];
        }
        if (!ascending || pictureStarts[texts.sequences()] != images) {
            throw new IllegalArgumentException("pictureStarts: expected " + (texts.sequences() + 1)
                    + " numbers that ascend from 0 to the " + images + " pictures");
        }
        if (extents.size() != images) {
            throw new IllegalArgumentException(
                    "extents: expected one for each of the " + images + " pictures, found " + extents.size());
        }
        sight.ifPresent(seen -> requireOfThese(seen, texts, pictureStarts));
    }

    private static void requireOfThese(PictureSight sight, TokenBatch texts, int[] pictureStarts) {
        if (sight.firstPictures().length != texts.sequences()) {
            throw new IllegalArgumentException(
                    "sight: expected that of " + texts.sequences() + " texts, found " + sight.firstPictures().length);
        }
        for (int text = 0; text < texts.sequences(); text++) {
            int[] first = sight.firstPictures()[text];
            int[] end = sight.endPictures()[text];
            int pictures = pictureStarts[text + 1] - pictureStarts[text];
            if (first.length != texts.length(text)) {
                throw new IllegalArgumentException(
                        "sight: text " + text + " has " + texts.length(text) + " tokens, found " + first.length);
            }
            for (int token = 0; token < first.length; token++) {
                if (first[token] < end[token] && (first[token] < 0 || end[token] > pictures)) {
                    throw new IllegalArgumentException("text " + text + " has " + pictures
                            + (pictures == 1 ? " picture" : " pictures") + ", but token " + token
                            + " is to see number " + end[token] + "; give as many pictures as there are marks");
                }
            }
        }
    }

    /** Texts whose pictures have no padding. */
    public static InterleavedBatch of(
            TokenBatch texts, Optional<ImageBatch> pictures, int[] pictureStarts, Optional<PictureSight> sight) {
        Arguments.require(pictures, "pictures");
        List<ImageExtent> extents = new ArrayList<>();
        for (int image = 0; image < pictures.map(ImageBatch::images).orElse(0); image++) {
            int[] shape = pictures.orElseThrow().pixelValues(image).shape();
            extents.add(new ImageExtent(shape[1], shape[2]));
        }
        return new InterleavedBatch(texts, pictures, pictureStarts, extents, sight);
    }

    /** How many pictures a text has. */
    public int pictures(int text) {
        Objects.checkIndex(text, texts.sequences());
        return pictureStarts[text + 1] - pictureStarts[text];
    }
}

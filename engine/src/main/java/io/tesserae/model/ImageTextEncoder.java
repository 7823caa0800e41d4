package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Two encoders side by side, one of pictures and one of texts, that were trained together: vectors of a picture and of a text lie near
 * each other where the text says what the picture shows. Radford et al., arXiv 2103.00020, section 2; transformers' {@code CLIPModel} and
 * {@code SiglipModel}. Neither looks at the other, so the vectors of many can be made once, and compared often. Immutable and
 * thread-safe.
 */
public final class ImageTextEncoder implements Model {

    private final ImageEncoder images;
    private final Encoder texts;
    private final Comparison comparison;

    /**
     * How the model was trained to compare.
     *
     * @param scale what the cosine of a picture and a text is multiplied by
     * @param bias what is added then
     * @param textsCompete whether the logits of a picture belong to one distribution over its texts, softmax; else each is a question of
     *     its own, sigmoid: Zhai et al., arXiv 2303.15343, section 3
     * @param textLength how many tokens every text has, of which the last are padding that is read as words are; empty where texts are
     *     as long as they are
     */
    public record Comparison(float scale, float bias, boolean textsCompete, OptionalInt textLength) {

        /** Refuses null. */
        public Comparison {
            Arguments.require(textLength, "textLength");
        }
    }

    /**
     * Puts a model together.
     *
     * @param images whose pooled output is a picture's vector
     * @param texts whose pooled output is a text's vector, as long; it closes the checkpoint's tensors
     */
    public ImageTextEncoder(ImageEncoder images, Encoder texts, Comparison comparison) {
        this.images = Arguments.require(images, "images");
        this.texts = Arguments.require(texts, "texts");
        this.comparison = Arguments.require(comparison, "comparison");
    }

    /**
     * Both encoders, and how well every text fits every picture.
     *
     * @param pictures as many as there are
     * @param sentences as many as there are
     * @param interpolatePositions see {@link ImageEncoder#forward}
     * @throws IllegalArgumentException as {@link #imageFeatures} and {@link #textFeatures}
     */
    public ImageTextEncoderOutput forward(
            ImageBatch pictures, TokenBatch sentences, OutputOptions options, boolean interpolatePositions) {
        ImageEncoderOutput vision = images.forward(pictures, options, interpolatePositions);
        EncoderOutput text = texts.forward(sentences, options);
        Tensor ofPictures = unit(vision.poolerOutput().orElseThrow());
        Tensor ofTexts = unit(text.poolerOutput()
                .orElseThrow(() -> new IllegalArgumentException("texts: expected tokens in each, found an empty one")));
        return new ImageTextEncoderOutput(vision, text, ofPictures, ofTexts, compare(ofPictures, ofTexts));
    }

    /**
     * A vector for each picture.
     *
     * @param interpolatePositions see {@link ImageEncoder#forward}
     * @return {@code [pictures, shared]}, each of length 1
     * @throws IllegalArgumentException if the model does not take a picture
     */
    public Tensor imageFeatures(ImageBatch pictures, boolean interpolatePositions) {
        Arguments.require(pictures, "pictures");
        try (Workspace workspace = images.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            return NotFinite.warn("image features", unit(images.pooled(frame, pictures, interpolatePositions)));
        }
    }

    /**
     * A vector for each text.
     *
     * @param sentences of {@link Comparison#textLength} tokens each, where the model wants that
     * @return {@code [texts, shared]}, each of length 1
     * @throws IllegalArgumentException if an id is outside the vocabulary, a text is longer than there are positions for, or empty
     */
    public Tensor textFeatures(TokenBatch sentences) {
        Arguments.require(sentences, "sentences");
        try (Workspace workspace = texts.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            return NotFinite.warn("text features", unit(texts.pooled(frame, sentences)));
        }
    }

    /**
     * How well every text fits every picture: {@code scale · cosine + bias}.
     *
     * @param imageFeatures {@code [pictures, shared]}, of length 1
     * @param textFeatures {@code [texts, shared]}, of length 1
     * @return {@code [pictures, texts]}, before softmax or sigmoid: {@code logits_per_image}
     * @throws IllegalArgumentException if the vectors are not equally long
     */
    public Tensor compare(Tensor imageFeatures, Tensor textFeatures) {
        float[][] ofPictures = rows(Arguments.require(imageFeatures, "imageFeatures"));
        float[][] ofTexts = rows(Arguments.require(textFeatures, "textFeatures"));
        Tensor logits = Tensor.zeros(ofPictures.length, ofTexts.length);
        for (int picture = 0; picture < ofPictures.length; picture++) {
            for (int text = 0; text < ofTexts.length; text++) {
                float cosine = SimilarityFunction.DOT.compare(ofPictures[picture], ofTexts[text]);
                logits.data()[picture * ofTexts.length + text] = cosine * comparison.scale() + comparison.bias();
            }
        }
        return NotFinite.warn("logits", logits);
    }

    private static float[][] rows(Tensor vectors) {
        float[][] rows = new float[vectors.dimension(0)][];
        int width = vectors.dimension(1);
        Arrays.setAll(rows, row -> Arrays.copyOfRange(vectors.data(), row * width, (row + 1) * width));
        return rows;
    }

    /** The same vectors, each of length 1. */
    private static Tensor unit(Tensor vectors) {
        Tensor unit = vectors.copy();
        int width = unit.dimension(1);
        for (int row = 0; row < unit.dimension(0); row++) {
            EmbeddingStep.Normalize.normalize(unit.data(), row * width, width);
        }
        return unit;
    }

    /** The encoder of pictures. */
    public ImageEncoder images() {
        return images;
    }

    /** The encoder of texts. */
    public Encoder texts() {
        return texts;
    }

    /** How the two are compared. */
    public Comparison comparison() {
        return comparison;
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return "pictures: " + images + "; texts: " + texts;
    }

    @Override
    public void close() {
        images.close();
        texts.close();
    }
}

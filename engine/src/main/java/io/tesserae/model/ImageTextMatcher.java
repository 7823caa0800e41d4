package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.CrossMemory;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Arrays;

/**
 * A model that compares pictures with texts, in two ways: Li et al., arXiv 2201.12086, section 3.2; transformers' {@code
 * BlipForImageTextRetrieval}. {@link #match} lets the text look at the picture, which is better; {@link #compare} makes one vector of
 * each, which is faster for many. Immutable and thread-safe.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public final class ImageTextMatcher implements Model {

    private final ImageEncoder encoder;
    private final GroundedTextEncoder textEncoder;
    private final Projections projections;
    private final TensorSource source;

    /**
     * What makes scores and vectors of first tokens.
     *
     * @param match {@code [2, text hidden]}: that picture and text do not belong together, and that they do
     * @param picture {@code [shared, picture hidden]}
     * @param text {@code [shared, text hidden]}
     */
    public record Projections(Linear match, Linear picture, Linear text) {}

    /**
     * Puts a model together.
     *
     * @param encoder of pictures
     * @param source the checkpoint's tensors, which the model closes
     */
    public ImageTextMatcher(
            ImageEncoder encoder, GroundedTextEncoder textEncoder, Projections projections, TensorSource source) {
        this.encoder = Arguments.require(encoder, "encoder");
        this.textEncoder = Arguments.require(textEncoder, "textEncoder");
        this.projections = Arguments.require(projections, "projections");
        this.source = Arguments.require(source, "source");
    }

    /**
     * Scores whether each picture and its text belong together.
     *
     * @param texts as many sequences as pictures, each with its first token
     * @param interpolatePositions see {@link ImageEncoder#forward}
     * @return with scores {@code [pictures, 2]}, before softmax: column 0 says that they do not, column 1 that they do
     * @throws IllegalArgumentException if an id is outside the vocabulary, a text is longer than there are positions for, or a
     *     picture is none that the model takes
     */
    public ImageTextMatcherOutput match(
            ImageBatch pictures, TokenBatch texts, OutputOptions options, boolean interpolatePositions) {
        requireTexts(texts);
        if (texts.sequences() != Arguments.require(pictures, "pictures").images()) {
            throw new IllegalArgumentException("texts: expected one for each of the " + pictures.images()
                    + " pictures, found " + texts.sequences());
        }
        ImageEncoderOutput seen = encoder.forward(pictures, options, interpolatePositions);
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            CrossMemory memory =
                    textEncoder.remember(workspace, new Ragged(seen.lastHiddenState(), seen.sequenceStarts()));
            GroundedTextOutput read = textEncoder.forward(frame, texts, memory, options);
            Tensor first = Rows.FIRST.gather(frame, read.lastHiddenState(), texts.sequenceStarts()); // [texts, hidden]
            Tensor scores = projections.match().forward(workspace, first); // [pictures, 2]
            return new ImageTextMatcherOutput(seen, read, NotFinite.warn("scores", scores));
        }
    }

    /**
     * Compares every picture with every text, by the cosine of the angle between their vectors. The texts do not look at the pictures.
     *
     * @param texts each with its first token; as many as there are
     * @param interpolatePositions see {@link ImageEncoder#forward}
     * @return with scores {@code [pictures, texts]}, from -1 to 1
     * @throws IllegalArgumentException as {@link #match} does
     */
    public ImageTextMatcherOutput compare(
            ImageBatch pictures, TokenBatch texts, OutputOptions options, boolean interpolatePositions) {
        requireTexts(texts);
        ImageEncoderOutput seen = encoder.forward(pictures, options, interpolatePositions);
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            GroundedTextOutput read = textEncoder.forward(frame, texts, CrossMemory.NONE, options);
            Tensor ofPictures = Rows.FIRST.gather(frame, seen.lastHiddenState(), seen.sequenceStarts());
            Tensor ofTexts = Rows.FIRST.gather(frame, read.lastHiddenState(), texts.sequenceStarts());
            Tensor cosines = cosines(
                    projections.picture().forward(workspace, ofPictures),
                    projections.text().forward(workspace, ofTexts));
            return new ImageTextMatcherOutput(seen, read, NotFinite.warn("scores", cosines));
        }
    }

    /** From vectors {@code [pictures, shared]} and {@code [texts, shared]} to {@code [pictures, texts]}. */
    private static Tensor cosines(Tensor pictures, Tensor texts) {
        float[][] ofPictures = units(pictures);
        float[][] ofTexts = units(texts);
        Tensor cosines = Tensor.zeros(ofPictures.length, ofTexts.length);
        for (int picture = 0; picture < ofPictures.length; picture++) {
            for (int text = 0; text < ofTexts.length; text++) {
                cosines.data()[picture * ofTexts.length + text] =
                        SimilarityFunction.COSINE.compare(ofPictures[picture], ofTexts[text]);
            }
        }
        return cosines;
    }

    private static float[][] units(Tensor vectors) {
        float[][] units = new float[vectors.dimension(0)][];
        int width = vectors.dimension(1);
        Arrays.setAll(
                units,
                row -> SimilarityFunction.COSINE.prepare(
                        Arrays.copyOfRange(vectors.data(), row * width, (row + 1) * width)));
        return units;
    }

    private void requireTexts(TokenBatch texts) {
        textEncoder.requireKnown(Arguments.require(texts, "texts"));
        BatchChecks.requireFirstTokens(texts);
    }

    /** What looks at the pictures. */
    public ImageEncoder encoder() {
        return encoder;
    }

    /** The numbers that describe what reads the texts. */
    public EncoderConfig config() {
        return textEncoder.config();
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return "pictures: " + encoder + "; texts: " + textEncoder;
    }

    @Override
    public void close() {
        encoder.close();
        source.close();
    }
}

package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/**
 * A model that writes about pictures: an encoder of pixels, and a decoder that looks at the patches for every token it writes. Xu et al.,
 * "Show, Attend and Tell", arXiv 1502.03044. Immutable and thread-safe.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public final class ImageCaptioner implements Model {

    private final ImageEncoder encoder;
    private final Optional<Linear> projection; // [decoder hidden, encoder hidden]
    private final Decoder decoder;
    private final GenerationTokens tokens;
    private final boolean takesPrompts;
    private final TensorSource source;

    /**
     * Puts a model together.
     *
     * @param projection from the encoder's width to the decoder's; empty where they are one
     * @param takesPrompts see {@link #takesPrompts()}
     * @param source the checkpoint's tensors, which the model closes
     */
    public ImageCaptioner(
            ImageEncoder encoder,
            Optional<Linear> projection,
            Decoder decoder,
            GenerationTokens tokens,
            boolean takesPrompts,
            TensorSource source) {
        this.encoder = Arguments.require(encoder, "encoder");
        this.projection = Arguments.require(projection, "projection");
        this.decoder = Arguments.require(decoder, "decoder");
        this.tokens = Arguments.require(tokens, "tokens");
        this.takesPrompts = takesPrompts;
        this.source = Arguments.require(source, "source");
    }

    /**
     * Scores what comes next at every token of a text about each picture.
     *
     * @param texts as many sequences as pictures
     * @param interpolatePositions see {@link ImageEncoder#forward}
     * @throws IllegalArgumentException if an id is outside the vocabulary, a text is longer than there are positions for, or a
     *     picture is none that the model takes
     */
    public ImageCaptionerOutput forward(
            ImageBatch pictures, TokenBatch texts, OutputOptions options, boolean interpolatePositions) {
        requireOneForEach(pictures, texts);
        ImageEncoderOutput seen = encoder.forward(pictures, options, interpolatePositions);
        DecoderContext memory;
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            memory = remember(frame, new Ragged(seen.lastHiddenState(), seen.sequenceStarts()));
        }
        return new ImageCaptionerOutput(seen, decoder.forward(texts, memory, options));
    }

    /**
     * The half of {@link #forward} that is about the texts, with the same bits. Of the pictures nothing is kept: the maps of their encoder, which
     * grow with the square of the patches, take many times the memory of those of a sentence.
     *
     * @param texts as many sequences as pictures
     * @param interpolatePositions see {@link ImageEncoder#forward}
     * @throws IllegalArgumentException as {@link #forward}
     */
    public DecoderOutput forwardTexts(
            ImageBatch pictures, TokenBatch texts, OutputOptions options, boolean interpolatePositions) {
        requireOneForEach(pictures, texts);
        return decoder.forward(texts, lookAt(pictures, interpolatePositions), options);
    }

    private static void requireOneForEach(ImageBatch pictures, TokenBatch texts) {
        Arguments.require(pictures, "pictures");
        Arguments.require(texts, "texts");
        if (texts.sequences() != pictures.images()) {
            throw new IllegalArgumentException("texts: expected one for each of the " + pictures.images()
                    + " pictures, found " + texts.sequences());
        }
    }

    /**
     * Looks at pictures: one sequence for each, empty yet, to be written token by token.
     *
     * @param interpolatePositions see {@link ImageEncoder#forward}
     */
    public DecoderState newState(ImageBatch pictures, boolean interpolatePositions) {
        Arguments.require(pictures, "pictures");
        return decoder.newState(pictures.images(), lookAt(pictures, interpolatePositions));
    }

    private DecoderContext lookAt(ImageBatch pictures, boolean interpolatePositions) {
        int[] starts = encoder.startsOf(pictures, interpolatePositions);
        Recording recording = encoder.recording(OutputOptions.RESULT_ONLY, starts);
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor imageEmbeds = encoder.encode(frame, pictures, starts, recording, Rows.ALL); // [patches, hidden]
            return remember(frame, new Ragged(imageEmbeds, starts));
        }
    }

    private DecoderContext remember(Frame frame, Ragged imageEmbeds) {
        if (projection.isEmpty()) {
            return decoder.remember(frame.workspace(), imageEmbeds);
        }
        Linear linear = projection.get();
        Tensor projected = frame.tensor(imageEmbeds.rows().dimension(0), linear.outFeatures()); // [patches, hidden]
        linear.forward(frame.workspace(), imageEmbeds.rows(), Epilogue.NONE, projected);
        return decoder.remember(frame.workspace(), new Ragged(projected, imageEmbeds.starts()));
    }

    /** What looks at the pictures. */
    public ImageEncoder encoder() {
        return encoder;
    }

    /**
     * Whether a text may begin as the caller wants. Not where the model was trained on no other beginning than the one token that its
     * decoder starts with.
     */
    public boolean takesPrompts() {
        return takesPrompts;
    }

    /** The tokens that its configuration says generation begins, ends and pads with. */
    public GenerationTokens tokens() {
        return tokens;
    }

    /** The numbers that describe what writes. */
    public EncoderConfig config() {
        return decoder.config();
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return "pictures: " + encoder + "; words: " + decoder;
    }

    @Override
    public void close() {
        encoder.close();
        source.close();
    }
}

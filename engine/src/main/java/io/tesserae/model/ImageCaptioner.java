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
import java.util.function.Function;

/**
 * A model that writes about pictures. In most, an encoder reads the pixels, and a decoder looks at the patches for every token it writes: Xu
 * et al., "Show, Attend and Tell", arXiv 1502.03044. In others, the patches are the first rows that the decoder itself reads, before the
 * words. Immutable and thread-safe.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public final class ImageCaptioner implements Model {

    private final Look look;
    private final Decoder decoder;
    private final GenerationTokens tokens;
    private final boolean takesPrompts;
    private final TensorSource source;

    /** How the decoder knows of a picture. */
    private sealed interface Look {

        /** What takes the pixels. */
        ImageBackbone backbone();
    }

    /**
     * Its layers look at what an encoder made of the picture, for every token.
     *
     * @param encoder looks at the pixels
     * @param projection {@code [decoder hidden, encoder hidden]}; empty where these widths are one
     */
    private record AtMemory(ImageEncoder encoder, Optional<Linear> projection) implements Look {
        @Override
        public ImageBackbone backbone() {
            return encoder;
        }
    }

    /**
     * It reads the picture before the words, as rows of the same sequence.
     *
     * @param begin sequences that have read their picture
     */
    private record BeforeWords(ImageBackbone backbone, Function<ImageBatch, DecoderState> begin) implements Look {}

    /**
     * Puts a model together whose decoder looks at what an encoder made of a picture.
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
        this(
                new AtMemory(Arguments.require(encoder, "encoder"), Arguments.require(projection, "projection")),
                decoder,
                tokens,
                takesPrompts,
                source);
    }

    private ImageCaptioner(
            Look look, Decoder decoder, GenerationTokens tokens, boolean takesPrompts, TensorSource source) {
        this.look = look;
        this.decoder = Arguments.require(decoder, "decoder");
        this.tokens = Arguments.require(tokens, "tokens");
        this.takesPrompts = takesPrompts;
        this.source = Arguments.require(source, "source");
    }

    /**
     * Puts a model together whose decoder reads a picture before the words, as rows of the same sequence.
     *
     * @param pictures what it takes of them; a picture's tokens take as many positions of the decoder
     * @param begin looks at pictures: sequences of the decoder that have read theirs
     * @param source the checkpoint's tensors, which the model closes
     */
    public static ImageCaptioner readingPicturesFirst(
            ImageBackbone pictures,
            Function<ImageBatch, DecoderState> begin,
            Decoder decoder,
            GenerationTokens tokens,
            TensorSource source) {
        Look look = new BeforeWords(Arguments.require(pictures, "pictures"), Arguments.require(begin, "begin"));
        return new ImageCaptioner(look, decoder, tokens, true, source);
    }

    /**
     * Scores what comes next at every token of a text about each picture.
     *
     * @param texts as many sequences as pictures
     * @param interpolatePositions see {@link ImageEncoder#forward}
     * @throws IllegalArgumentException if an id is outside the vocabulary, a text is longer than there are positions for, or a
     *     picture is none that the model takes
     * @throws IllegalStateException if the model has no {@link #encoder()}
     */
    public ImageCaptionerOutput forward(
            ImageBatch pictures, TokenBatch texts, OutputOptions options, boolean interpolatePositions) {
        requireOneForEach(pictures, texts);
        AtMemory look = requireMemory();
        ImageEncoder encoder = look.encoder();
        ImageEncoderOutput seen = encoder.forward(pictures, options, interpolatePositions);
        DecoderContext memory;
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            memory = remember(frame, look, new Ragged(seen.lastHiddenState(), seen.sequenceStarts()));
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
     * @throws IllegalStateException as {@link #forward}
     */
    public DecoderOutput forwardTexts(
            ImageBatch pictures, TokenBatch texts, OutputOptions options, boolean interpolatePositions) {
        requireOneForEach(pictures, texts);
        return decoder.forward(texts, lookAt(requireMemory(), pictures, interpolatePositions), options);
    }

    private static void requireOneForEach(ImageBatch pictures, TokenBatch texts) {
        Arguments.require(pictures, "pictures");
        Arguments.require(texts, "texts");
        if (texts.sequences() != pictures.images()) {
            throw new IllegalArgumentException("texts: expected one for each of the " + pictures.images()
                    + " pictures, found " + texts.sequences());
        }
    }

    private AtMemory requireMemory() {
        return switch (look) {
            case AtMemory memory -> memory;
            case BeforeWords _ ->
                throw new IllegalStateException("this model reads a picture as it reads words, and has no encoder whose"
                        + " hidden states its words could look at");
        };
    }

    /**
     * Looks at pictures: one sequence for each, without words yet, to be written token by token.
     *
     * @param interpolatePositions see {@link ImageEncoder#forward}
     */
    public DecoderState newState(ImageBatch pictures, boolean interpolatePositions) {
        Arguments.require(pictures, "pictures");
        return switch (look) {
            case AtMemory memory -> decoder.newState(pictures.images(), lookAt(memory, pictures, interpolatePositions));
            case BeforeWords before -> {
                before.backbone().startsOf(pictures, interpolatePositions); // refuses what it does not take
                yield before.begin().apply(pictures);
            }
        };
    }

    private DecoderContext lookAt(AtMemory look, ImageBatch pictures, boolean interpolatePositions) {
        ImageEncoder encoder = look.encoder();
        int[] starts = encoder.startsOf(pictures, interpolatePositions);
        Recording recording = encoder.recording(OutputOptions.RESULT_ONLY, starts);
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor imageEmbeds = encoder.encode(frame, pictures, starts, recording, Rows.ALL); // [patches, hidden]
            return remember(frame, look, new Ragged(imageEmbeds, starts));
        }
    }

    private DecoderContext remember(Frame frame, AtMemory look, Ragged imageEmbeds) {
        if (look.projection().isEmpty()) {
            return decoder.remember(frame.workspace(), imageEmbeds);
        }
        Linear linear = look.projection().get();
        Tensor projected = frame.tensor(imageEmbeds.rows().dimension(0), linear.outFeatures()); // [patches, hidden]
        linear.forward(frame.workspace(), imageEmbeds.rows(), Epilogue.NONE, projected);
        return decoder.remember(frame.workspace(), new Ragged(projected, imageEmbeds.starts()));
    }

    /** What takes the pictures. */
    public ImageBackbone pictures() {
        return look.backbone();
    }

    /** Whether its words look at what an {@link #encoder()} makes of a picture, and not at the picture's rows before them. */
    public boolean hasEncoder() {
        return look instanceof AtMemory;
    }

    /**
     * What makes the hidden states that the words look at.
     *
     * @throws IllegalStateException if there is none
     */
    public ImageEncoder encoder() {
        return requireMemory().encoder();
    }

    /** Positions that there are for words, those that a picture's rows take left out. */
    public int wordPositions() {
        int positions = decoder.config().maxPositionEmbeddings();
        return hasEncoder() ? positions : positions - look.backbone().tokens();
    }

    /**
     * Whether a beginning that the caller gives stands behind the token that texts begin with; else that token is there only where no
     * beginning is given.
     */
    public boolean startsPrompts() {
        return hasEncoder();
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
        return "pictures: " + look.backbone() + "; words: " + decoder;
    }

    @Override
    public void close() {
        look.backbone().close();
        source.close();
    }
}

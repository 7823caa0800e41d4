package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.CrossMemory;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;

/**
 * A model that answers questions about pictures in words: Li et al., arXiv 2201.12086, figure 5; transformers' {@code
 * BlipForQuestionAnswering}. An encoder reads the question while it looks at the picture; the decoder that writes the answer looks at the
 * tokens of the question alone. Immutable and thread-safe.
 *
 * <p>The tokens of a question are those that it has: however a batch was padded, every question gets the answer that it gets alone. In
 * transformers the decoder looks at padding too.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public final class VisualQuestionAnswerer implements Model {

    private final ImageEncoder encoder;
    private final GroundedTextEncoder questionEncoder;
    private final Decoder decoder;
    private final GenerationTokens tokens;
    private final TensorSource source;

    /**
     * Puts a model together.
     *
     * @param encoder of pictures
     * @param source the checkpoint's tensors, which the model closes
     */
    public VisualQuestionAnswerer(
            ImageEncoder encoder,
            GroundedTextEncoder questionEncoder,
            Decoder decoder,
            GenerationTokens tokens,
            TensorSource source) {
        this.encoder = Arguments.require(encoder, "encoder");
        this.questionEncoder = Arguments.require(questionEncoder, "questionEncoder");
        this.decoder = Arguments.require(decoder, "decoder");
        this.tokens = Arguments.require(tokens, "tokens");
        this.source = Arguments.require(source, "source");
    }

    /**
     * Scores what comes next at every token of an answer to each question.
     *
     * @param questions as many sequences as pictures, none of them empty
     * @param answers as many sequences as pictures
     * @param interpolatePositions see {@link ImageEncoder#forward}
     * @throws IllegalArgumentException if an id is outside the vocabulary, a text is longer than there are positions for, or a
     *     picture is none that the model takes
     */
    public VisualQuestionAnswererOutput forward(
            ImageBatch pictures,
            TokenBatch questions,
            TokenBatch answers,
            OutputOptions options,
            boolean interpolatePositions) {
        requireQuestions(pictures, questions);
        requireOneForEach(pictures, answers, "answers");
        ImageEncoderOutput seen = encoder.forward(pictures, options, interpolatePositions);
        GroundedTextOutput read;
        DecoderContext memory;
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Ragged imageEmbeds = new Ragged(seen.lastHiddenState(), seen.sequenceStarts());
            read = questionEncoder.forward(frame, questions, questionEncoder.remember(workspace, imageEmbeds), options);
            memory = decoder.remember(workspace, new Ragged(read.lastHiddenState(), questions.sequenceStarts()));
        }
        return new VisualQuestionAnswererOutput(seen, read, decoder.forward(answers, memory, options));
    }

    /**
     * Looks at pictures and reads a question about each: one sequence for each, empty yet, to be written token by token.
     *
     * @param questions as many sequences as pictures, none of them empty
     * @param interpolatePositions see {@link ImageEncoder#forward}
     * @throws IllegalArgumentException as {@link #forward} does
     */
    public DecoderState newState(ImageBatch pictures, TokenBatch questions, boolean interpolatePositions) {
        requireQuestions(pictures, questions);
        int[] starts = encoder.startsOf(pictures, interpolatePositions);
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor imageEmbeds =
                    encoder.encode(frame, pictures, starts, Recording.none(starts), Rows.ALL); // [patches, hidden]
            CrossMemory seen = questionEncoder.remember(workspace, new Ragged(imageEmbeds, starts));
            int[] questionStarts = questions.sequenceStarts();
            Tensor read =
                    questionEncoder.encode(frame, questions, seen, Recording.none(questionStarts)); // [tokens, hidden]
            return decoder.newState(pictures.images(), decoder.remember(workspace, new Ragged(read, questionStarts)));
        }
    }

    private void requireQuestions(ImageBatch pictures, TokenBatch questions) {
        requireOneForEach(pictures, questions, "questions");
        questionEncoder.requireKnown(questions);
        for (int question = 0; question < questions.sequences(); question++) {
            if (questions.length(question) == 0) {
                throw new IllegalArgumentException(
                        "questions: expected one token or more in each, found none in question " + question);
            }
        }
    }

    private static void requireOneForEach(ImageBatch pictures, TokenBatch texts, String name) {
        Arguments.require(pictures, "pictures");
        if (Arguments.require(texts, name).sequences() != pictures.images()) {
            throw new IllegalArgumentException(name + ": expected one for each of the " + pictures.images()
                    + " pictures, found " + texts.sequences());
        }
    }

    /** What looks at the pictures. */
    public ImageEncoder encoder() {
        return encoder;
    }

    /** The tokens that its configuration says generation begins, ends and pads with. */
    public GenerationTokens tokens() {
        return tokens;
    }

    /** The numbers that describe what reads the questions. */
    public EncoderConfig questionConfig() {
        return questionEncoder.config();
    }

    /** The numbers that describe what writes. */
    public EncoderConfig config() {
        return decoder.config();
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return "pictures: " + encoder + "; questions: " + questionEncoder + "; answers: " + decoder;
    }

    @Override
    public void close() {
        encoder.close();
        source.close();
    }
}

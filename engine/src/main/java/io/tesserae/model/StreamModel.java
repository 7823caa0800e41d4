package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;

/**
 * A model that continues streams of anything: Reed et al., "A Generalist Agent", arXiv 2205.06175. It reads words, numbers, pictures
 * and actions as one sequence, and scores which id comes next, be it a word or an action. Immutable and thread-safe.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class StreamModel implements Model {

    private final Engine engine;
    private final Decoder decoder;
    private final TensorSource source;

    /**
     * What every such model has.
     *
     * @param decoder what reads the elements' embeddings
     * @param source the checkpoint's tensors, which the model closes
     */
    protected StreamModel(Engine engine, Decoder decoder, TensorSource source) {
        this.engine = Arguments.require(engine, "engine");
        this.decoder = Arguments.require(decoder, "decoder");
        this.source = Arguments.require(source, "source");
    }

    /**
     * Refuses a batch that the model does not take, before anything is computed: patches of another size, places that it has no row for.
     *
     * @throws IllegalArgumentException that says what was expected, and what was found
     */
    protected abstract void requireTaken(StreamBatch batch);

    /**
     * The elements' embeddings, without their positions. Each is what it is alone, whatever stands beside it.
     *
     * @param frame receives the result
     * @param batch whose ids are in the model's table
     * @return {@code [elements, hidden]}, in the frame's memory
     */
    protected abstract Tensor embed(Frame frame, StreamBatch batch);

    /** The numbers that describe it. */
    public EncoderConfig config() {
        return decoder.config();
    }

    /** Height and width of the patches that it takes, in pixels. */
    public abstract int patchSize();

    /** Channels of the patches that it takes. */
    public abstract int patchChannels();

    /** Places that an element may have within its observation. */
    public abstract int localPositions();

    /**
     * Scores what comes next at every element.
     *
     * @throws IllegalArgumentException if an id is outside the vocabulary, a sequence is longer than there are positions for, or the model
     *     does not take the patches or the local positions
     */
    public final StreamOutput forward(StreamBatch batch, OutputOptions options) {
        Arguments.require(options, "options");
        Tensor embeddings = embeddings(Arguments.require(batch, "batch"));
        int[][] rowAt = new int[batch.sequences()][];
        int[] starts = batch.elements().sequenceStarts();
        for (int sequence = 0; sequence < rowAt.length; sequence++) {
            rowAt[sequence] = StreamState.rows(0, starts[sequence], starts[sequence + 1]);
        }
        DecoderContext context = StreamState.inserted(embeddings, rowAt);
        return new StreamOutput(embeddings, decoder.forward(batch.elements(), context, options));
    }

    /**
     * Sequences that are empty yet, to be read element by element.
     *
     * @param sequences how many; 1 or more
     */
    public final StreamState newState(int sequences) {
        return new StreamState(this::embeddings, decoder.emptyState(sequences, DecoderContext.NONE));
    }

    /** {@code [elements, hidden]}, of a batch that the model takes. */
    private Tensor embeddings(StreamBatch batch) {
        BatchChecks.requireWithin(batch.elements(), config().vocabSize(), config().maxPositionEmbeddings());
        requireTaken(batch);
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            return embed(frame, batch).copy();
        }
    }

    /** Its sizes. */
    @Override
    public final String toString() {
        return decoder + ", patches of " + patchSize() + " x " + patchSize();
    }

    @Override
    public final void close() {
        source.close();
    }
}

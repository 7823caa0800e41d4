package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.layer.decoder.KvCache;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;

/**
 * What reads tokens from left to right and scores which may come next: the part of a model that writes. Immutable and thread-safe; what
 * it has read is in a {@link DecoderState}.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class Decoder {

    /** More sequences than any memory keeps the keys and values of. */
    private static final int SEQUENCE_LIMIT = 1 << 20;

    private final Engine engine;

    /** What every decoder has. */
    protected Decoder(Engine engine) {
        this.engine = Arguments.require(engine, "engine");
    }

    /** The numbers that describe it. */
    public abstract EncoderConfig config();

    /** The heads of its self-attention, whose keys and values are kept. */
    protected abstract AttentionShape attentionShape();

    /** Its blocks. */
    protected abstract DecoderStack layers();

    /**
     * The forward pass without the scores, for the rows that are wanted: see {@link Rows}.
     *
     * @param frame receives the result
     * @param batch the tokens of this pass, all of which are in the model's tables
     * @return {@code [rows wanted, hidden]}, good until the frame is closed
     */
    protected abstract Tensor decode(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted);

    /**
     * Scores the whole vocabulary as what comes next.
     *
     * @param hiddenStates {@code [rows, hidden]}, of {@link #decode}
     * @param logits {@code [rows, vocabulary]}, receives the scores
     */
    protected abstract void score(Workspace workspace, Tensor hiddenStates, Tensor logits);

    /** Scores what comes next at every token of whole sequences. */
    final DecoderOutput forward(TokenBatch batch, DecoderContext context, OutputOptions options) {
        BatchChecks.requireWithin(
                Arguments.require(batch, "batch"), config().vocabSize(), config().maxPositionEmbeddings());
        Arguments.require(options, "options");
        Recording recording = new Recording(
                options.hiddenStates(),
                options.attentions(),
                options.crossAttentions(),
                batch.sequenceStarts(),
                config().attentionHeads());
        Tensor logits = Tensor.zeros(batch.tokens(), config().vocabSize()); // [tokens, vocabulary]
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            DecoderPass pass = DecoderPass.causal(batch.sequenceStarts(), context, recording);
            Tensor hiddenStates = decode(frame, batch, pass, Rows.ALL); // [tokens, hidden]
            score(workspace, hiddenStates, logits);
        }
        return new DecoderOutput(
                batch,
                NotFinite.warn("logits", logits),
                recording.allHiddenStates(),
                recording.allAttentions(),
                recording.allCrossAttentions());
    }

    /**
     * What tokens look at that are written behind prompts: the last token of each prompt, which scores the first that is written, and all
     * that are written. Of the tokens before there are no maps, which would be many times larger.
     *
     * @param written {@code [sequences][tokens]}, may be none
     * @return the maps of these tokens, over all tokens of their sequence, and over its memory
     */
    final Recording attend(TokenBatch prompts, int[][] written, DecoderContext context, OutputOptions options) {
        int sequences = prompts.sequences();
        int[][] before = new int[sequences][];
        int[][] looking = new int[sequences][];
        for (int s = 0; s < sequences; s++) {
            int last = prompts.sequenceStarts()[s + 1] - 1;
            before[s] = Arrays.copyOfRange(prompts.inputIds(), prompts.sequenceStarts()[s], last);
            looking[s] = new int[1 + written[s].length];
            looking[s][0] = prompts.inputIds()[last];
            System.arraycopy(written[s], 0, looking[s], 1, written[s].length);
        }
        try (State state = new State(sequences, context)) {
            state.advance(before);
            return state.attend(looking, options);
        }
    }

    /** What the blocks keep of the memories that sequences are about: see {@link DecoderStack#remember}. */
    final DecoderContext remember(Workspace workspace, Ragged memory) {
        return DecoderContext.of(layers().remember(workspace, memory));
    }

    /**
     * Sequences that are empty yet.
     *
     * @param context what they have beside their tokens
     */
    protected final DecoderState newState(int sequences, DecoderContext context) {
        return emptyState(sequences, context);
    }

    /** The same, for those who give further tokens something of their own. */
    final State emptyState(int sequences, DecoderContext context) {
        if (sequences < 1 || sequences > SEQUENCE_LIMIT) {
            throw new IllegalArgumentException(
                    "sequences: expected 1 or more, at most " + SEQUENCE_LIMIT + ", found " + sequences);
        }
        return new State(sequences, context);
    }

    /** What it runs on. */
    protected final Engine engine() {
        return engine;
    }

    /** Its sizes. */
    @Override
    public final String toString() {
        return config().layers() + " layers of " + config().hiddenSize() + " numbers, " + config().attentionHeads()
                + " heads, " + config().vocabSize() + " tokens, at most " + config().maxPositionEmbeddings()
                + " in a sequence";
    }

    /** Keeps the keys and values of self-attention and of the memory. */
    final class State implements DecoderState {

        /** Tokens that a sequence has room for at first. */
        private static final int FIRST_CAPACITY = 32;

        private KvCache cache; // null once it is closed
        private DecoderContext context;
        private float[] logits = new float[0]; // [sequences, vocabulary]

        State(int sequences, DecoderContext context) {
            int capacity = Math.min(FIRST_CAPACITY, maxLength());
            this.cache = new KvCache(attentionShape(), config().layers(), sequences, capacity);
            this.context = context;
        }

        @Override
        public int sequences() {
            return cache().sequences();
        }

        @Override
        public int length(int sequence) {
            return cache().length(sequence);
        }

        @Override
        public int vocabularySize() {
            return config().vocabSize();
        }

        @Override
        public int maxLength() {
            return config().maxPositionEmbeddings();
        }

        @Override
        public Tensor advance(int[][] tokens) {
            return advance(tokens, context);
        }

        /** Reads further tokens, which have something beside them that those before had not, and those behind will not have. */
        Tensor advance(int[][] tokens, DecoderContext theirs) {
            TokenBatch batch = continuing(tokens);
            int sequences = sequences();
            int size = Tensor.elementCount(sequences, vocabularySize());
            if (logits.length < size) {
                logits = new float[size];
            }
            Tensor scores = Tensor.of(logits, sequences, vocabularySize());
            int[] starts = batch.sequenceStarts();
            try (Workspace workspace = engine.machine().workspace();
                    Frame frame = workspace.frame()) {
                DecoderPass pass = DecoderPass.continuing(starts, cache, theirs, Recording.none(starts));
                Rows last = batch.tokens() == sequences ? Rows.ALL : Rows.LAST;
                Tensor hiddenStates = decode(frame, batch, pass, last); // [sequences, hidden]
                score(workspace, hiddenStates, scores);
            }
            return NotFinite.warn("logits", scores);
        }

        /** Reads the next tokens of each sequence, and keeps what they look at. */
        Recording attend(int[][] tokens, OutputOptions options) {
            TokenBatch batch = continuing(tokens);
            int[] starts = batch.sequenceStarts();
            Recording recording = new Recording(
                    false, options.attentions(), options.crossAttentions(), starts, config().attentionHeads());
            try (Workspace workspace = engine.machine().workspace();
                    Frame frame = workspace.frame()) {
                decode(frame, batch, DecoderPass.continuing(starts, cache, context, recording), Rows.LAST);
            }
            return recording;
        }

        /** The new tokens with their positions, all of which the model knows. */
        private TokenBatch continuing(int[][] tokens) {
            Arguments.requireAll(Arrays.asList(Arguments.require(tokens, "tokens")), "tokens");
            if (tokens.length != sequences()) {
                throw new IllegalArgumentException(
                        "tokens: expected those of " + sequences() + " sequences, found " + tokens.length);
            }
            int[] starts = new int[tokens.length + 1];
            for (int s = 0; s < tokens.length; s++) {
                if (tokens[s].length == 0) {
                    throw new IllegalArgumentException("tokens[" + s + "]: expected one or more, found none");
                }
                starts[s + 1] = Math.addExact(starts[s], tokens[s].length);
            }
            int[] ids = new int[starts[tokens.length]];
            int[] positions = new int[ids.length];
            for (int s = 0; s < tokens.length; s++) {
                System.arraycopy(tokens[s], 0, ids, starts[s], tokens[s].length);
                for (int token = 0; token < tokens[s].length; token++) {
                    positions[starts[s] + token] = length(s) + token;
                }
            }
            TokenBatch batch = new TokenBatch(ids, positions, new int[ids.length], starts);
            BatchChecks.requireWithin(batch, vocabularySize(), maxLength());
            return batch;
        }

        @Override
        public void select(int[] parents) {
            if (Arguments.require(parents, "parents").length == 0) {
                throw new IllegalArgumentException("parents: expected one or more, found none");
            }
            for (int parent : parents) {
                Objects.checkIndex(parent, sequences());
            }
            cache.select(parents);
            context = context.select(parents);
        }

        private KvCache cache() {
            if (cache == null) {
                throw new IllegalStateException("this state is closed; ask the model for a new one");
            }
            return cache;
        }

        @Override
        public void close() {
            cache = null;
            context = DecoderContext.NONE;
            logits = new float[0];
        }
    }
}

package io.tesserae.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.AttentionWeights.Projection;
import io.tesserae.layer.FusedLinear;
import io.tesserae.layer.GatedFeedForward;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Normalization;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.RmsNorm;
import io.tesserae.layer.RotaryEmbedding;
import io.tesserae.layer.RotaryEmbedding.Layout;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.CrossAttention;
import io.tesserae.layer.decoder.CrossMemory;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.layer.decoder.InsertedRows;
import io.tesserae.layer.decoder.MemorySight;
import io.tesserae.layer.decoder.PreNormDecoderBlock;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * A decoder of LLaMA's parts: queries and keys that are turned, heads that share keys, norms without a mean, gates. Pictures are rows in
 * the place of marks, or a memory of which each token sees an interval. However tokens are read, the logits are those of one pass of
 * the sequence alone, to the last bit.
 */
class RotaryDecoderStateTest {

    private static final int VOCABULARY = 37;
    private static final int POSITIONS = 70;
    private static final int HIDDEN = 24;
    private static final int PICTURE_ROWS = 9;

    /** Where the rows of each text's pictures begin; the second text has none. */
    private static final int[] PICTURES = {0, 5, 5, PICTURE_ROWS};

    private static final int TEXTS = PICTURES.length - 1;

    private static final List<Engine> ENGINES = List.of(
            Engine.builder().threads(1).build(),
            Engine.builder().threads(2).build(),
            Engine.builder().threads(2).kernels(Kernels.scalar()).build());

    /**
     * What a decoder is made of.
     *
     * @param keyHeads which six heads share
     * @param inserts whether texts have rows in the place of words
     * @param looks whether they have a memory
     */
    private record Kind(int keyHeads, RotaryEmbedding rope, boolean inserts, boolean looks) {

        AttentionShape shape() {
            return new AttentionShape(6, keyHeads, 10, 10, 0.3f);
        }
    }

    private static final List<Kind> KINDS = List.of(
            new Kind(1, RotaryEmbedding.of(10, 10_000, Layout.HALVES), false, false),
            new Kind(2, RotaryEmbedding.of(10, 100, Layout.HALVES), true, false),
            new Kind(3, RotaryEmbedding.of(8, 500, Layout.INTERLEAVED), false, true),
            new Kind(2, RotaryEmbedding.of(new float[] {1, 0.5f, 0.01f, 0, 2}, 1.25f, Layout.HALVES), true, true));

    /** The same weights on every engine. */
    private static final List<List<Small>> MODELS = KINDS.stream()
            .map(kind -> ENGINES.stream().map(engine -> new Small(engine, kind)).toList())
            .toList();

    private static final class Small extends Decoder {

        private final Kind kind;
        private final Tensor words;
        private final DecoderStack layers;
        private final RmsNorm norm;
        private final Linear head;
        private final CrossMemory memory;
        private final InsertedRows inserted;

        Small(Engine engine, Kind kind) {
            super(engine);
            this.kind = kind;
            Random random = new Random(KINDS.indexOf(kind));
            words = random(random, VOCABULARY, HIDDEN);
            layers = new DecoderStack(List.of(block(engine, random), block(engine, random)));
            norm = norm(random);
            head = Linear.load(engine, weight(random, VOCABULARY, HIDDEN), VOCABULARY, HIDDEN, false);
            memory = kind.looks() ? memory(engine, random) : CrossMemory.NONE;
            inserted = kind.inserts() ? inserted(random) : InsertedRows.NONE;
        }

        private PreNormDecoderBlock block(Engine engine, Random random) {
            AttentionShape shape = kind.shape();
            Attention self =
                    Attention.load(engine, shape, HIDDEN, attention(random, shape.keyHeads() * shape.headSize()));
            AttentionShape whole = AttentionShape.of(2, 12);
            Optional<CrossAttention> cross = kind.looks()
                    ? Optional.of(CrossAttention.load(engine, whole, HIDDEN, HIDDEN, attention(random, HIDDEN, HIDDEN)))
                    : Optional.empty();
            int intermediate = 33;
            GatedFeedForward mlp = GatedFeedForward.of(
                    FusedLinear.load(
                            engine,
                            intermediate,
                            HIDDEN,
                            false,
                            weight(random, intermediate, HIDDEN),
                            weight(random, intermediate, HIDDEN)),
                    Linear.load(engine, weight(random, HIDDEN, intermediate), HIDDEN, intermediate, false),
                    Activation.SILU);
            Optional<Normalization> crossNorm = kind.looks() ? Optional.of(norm(random)) : Optional.empty();
            return new PreNormDecoderBlock(norm(random), self, crossNorm, cross, norm(random), mlp);
        }

        private AttentionWeights attention(Random random, int keyWidth) {
            return attention(random, kind.shape().heads() * kind.shape().headSize(), keyWidth);
        }

        private static AttentionWeights attention(Random random, int width, int keyWidth) {
            return AttentionWeights.of(
                    new Projection(weight(random, width, HIDDEN), false),
                    new Projection(weight(random, keyWidth, HIDDEN), false),
                    new Projection(weight(random, keyWidth, HIDDEN), false),
                    new Projection(weight(random, HIDDEN, width), false));
        }

        private static RmsNorm norm(Random random) {
            return RmsNorm.load(
                    StateDict.of(new TensorsInMemory().with("weight", random(random, HIDDEN)), ""), HIDDEN, 1e-5f);
        }

        private static StateDict weight(Random random, int out, int in) {
            return StateDict.of(new TensorsInMemory().with("weight", random(random, out, in)), "");
        }

        private static Tensor random(Random random, int... shape) {
            Tensor tensor = Tensor.zeros(shape);
            for (int i = 0; i < tensor.size(); i++) {
                tensor.data()[i] = (float) random.nextGaussian() / 2;
            }
            return tensor;
        }

        /** Of each text's first tokens, any interval of the rows of its pictures, or none; those behind see what the last does. */
        private CrossMemory memory(Engine engine, Random random) {
            int[][] first = new int[TEXTS][];
            int[][] end = new int[TEXTS][];
            for (int text = 0; text < TEXTS; text++) {
                int rows = PICTURES[text + 1] - PICTURES[text];
                int tokens = 4 + random.nextInt(9);
                first[text] = random.ints(tokens, 0, rows + 1).toArray();
                end[text] = random.ints(tokens, 0, rows + 1).toArray();
                first[text][tokens - 1] = 0; // or what is written sees none
                end[text][tokens - 1] = rows - rows / 2;
            }
            Ragged rows = new Ragged(random(random, PICTURE_ROWS, HIDDEN), PICTURES);
            try (Workspace workspace = engine.machine().workspace()) {
                return remember(workspace, rows).memory().seenThrough(new MemorySight(first, end));
            }
        }

        /** Any of the rows in the place of some of each text's first tokens, but of the second's of none. */
        private static InsertedRows inserted(Random random) {
            int[][] rowAt = new int[TEXTS][];
            Arrays.setAll(
                    rowAt,
                    text -> text == 1
                            ? new int[0]
                            : random.ints(4 + random.nextInt(9), InsertedRows.WORD, PICTURE_ROWS)
                                    .toArray());
            rowAt[0][1] = 3;
            return new InsertedRows(random(random, PICTURE_ROWS, HIDDEN), rowAt, new int[0]);
        }

        @Override
        public EncoderConfig config() {
            return new EncoderConfig() {
                @Override
                public int vocabSize() {
                    return VOCABULARY;
                }

                @Override
                public int maxPositionEmbeddings() {
                    return POSITIONS;
                }

                @Override
                public int hiddenSize() {
                    return HIDDEN;
                }

                @Override
                public int layers() {
                    return layers.blocks().size();
                }

                @Override
                public int attentionHeads() {
                    return kind.shape().heads();
                }
            };
        }

        @Override
        protected AttentionShape attentionShape() {
            return kind.shape();
        }

        @Override
        protected DecoderStack layers() {
            return layers;
        }

        @Override
        protected Tensor decode(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted) {
            Tensor x = frame.tensor(batch.tokens(), HIDDEN);
            for (int token = 0; token < batch.tokens(); token++) {
                System.arraycopy(words.data(), batch.inputIds()[token] * HIDDEN, x.data(), token * HIDDEN, HIDDEN);
            }
            pass.insert(x);
            Tensor last = layers.forward(frame, x, pass.turned(kind.rope().at(frame, batch.positionIds())), wanted);
            norm.forward(frame.workspace(), last);
            return last;
        }

        @Override
        protected void score(Workspace workspace, Tensor hiddenStates, Tensor logits) {
            head.forward(workspace, hiddenStates, Epilogue.NONE, logits);
        }

        /** What some sequences have that began as these texts did. */
        DecoderContext context(int... textOf) {
            return new DecoderContext(
                    memory.isEmpty() ? memory : new CrossMemory(memory.layers(), textOf, memory.sight()),
                    kind.inserts() ? new InsertedRows(inserted.rows(), inserted.rowAt(), textOf) : InsertedRows.NONE);
        }

        /** {@code [tokens][vocabulary]}, of one pass over a sequence. */
        float[][] whole(int[] tokens, int textOf) {
            return rows(forward(TokenBatch.of(tokens), context(textOf), OutputOptions.RESULT_ONLY));
        }
    }

    private static float[][] rows(DecoderOutput output) {
        Tensor logits = output.logits();
        return IntStream.range(0, logits.dimension(0))
                .mapToObj(row -> row(logits, row))
                .toArray(float[][]::new);
    }

    private static float[] row(Tensor logits, int row) {
        return Arrays.copyOfRange(logits.data(), row * VOCABULARY, (row + 1) * VOCABULARY);
    }

    // --- Steps are one pass

    /** Sequences grow, are repeated, reordered and dropped at random; after every step each has the logits of a pass of its own. */
    @Property(tries = 80)
    void stepsAreOnePass(@ForAll @IntRange(max = 3) int kind, @ForAll @IntRange(max = 2) int engine, @ForAll int seed) {
        Small model = MODELS.get(kind).get(engine);
        Small reference = MODELS.get(kind).get((engine + 1) % ENGINES.size());
        Random random = new Random(seed);
        int[] textOf = random.ints(1 + random.nextInt(4), 0, TEXTS).toArray();
        List<int[]> read = new ArrayList<>();
        for (int s = 0; s < textOf.length; s++) {
            read.add(new int[0]);
        }
        try (DecoderState state = model.newState(textOf.length, model.context(textOf))) {
            for (int step = 0; step < 6; step++) {
                int[][] tokens = new int[read.size()][];
                for (int s = 0; s < tokens.length; s++) {
                    int length = step == 0 || random.nextInt(4) == 0 ? 1 + random.nextInt(9) : 1;
                    tokens[s] = random.ints(length, 0, VOCABULARY).toArray();
                    read.set(s, join(read.get(s), tokens[s]));
                }
                Tensor logits = state.advance(tokens);
                for (int s = 0; s < tokens.length; s++) {
                    int[] all = read.get(s);
                    assertArrayEquals(reference.whole(all, textOf[s])[all.length - 1], row(logits, s));
                    assertEquals(all.length, state.length(s));
                }
                int[] parents =
                        random.ints(1 + random.nextInt(6), 0, read.size()).toArray();
                state.select(parents);
                read = new ArrayList<>(
                        Arrays.stream(parents).mapToObj(read::get).toList());
                int[] before = textOf;
                textOf = Arrays.stream(parents).map(parent -> before[parent]).toArray();
                assertEquals(parents.length, state.sequences());
            }
        }
    }

    private static int[] join(int[] first, int[] second) {
        return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
    }

    // --- A batch is its sequences

    /** At every token, whatever else is asked for, on every engine. */
    @Property(tries = 60)
    void aBatchIsItsSequences(
            @ForAll @IntRange(max = 3) int kind,
            @ForAll @IntRange(max = 2) int engine,
            @ForAll boolean everything,
            @ForAll int seed) {
        Random random = new Random(seed);
        int[][] tokens = new int[1 + random.nextInt(5)][];
        Arrays.setAll(
                tokens, _ -> random.ints(1 + random.nextInt(20), 0, VOCABULARY).toArray());
        int[] textOf = random.ints(tokens.length, 0, TEXTS).toArray();
        Small model = MODELS.get(kind).get(engine);
        Small reference = MODELS.get(kind).get((engine + 1) % ENGINES.size());
        OutputOptions options = everything ? new OutputOptions(true, true) : OutputOptions.RESULT_ONLY;
        float[][] together = rows(model.forward(TokenBatch.of(tokens), model.context(textOf), options));
        int row = 0;
        for (int s = 0; s < tokens.length; s++) {
            for (float[] alone : reference.whole(tokens[s], textOf[s])) {
                assertArrayEquals(alone, together[row++]);
            }
        }
        assertEquals(together.length, row);
    }

    // --- What makes a difference

    /** Or the laws would hold of a decoder that is blind. */
    @Example
    void whatIsBesideTheWordsCounts() {
        int[] tokens = {5, 6, 7, 8, 9, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5};
        for (int kind = 0; kind < KINDS.size(); kind++) {
            Small model = MODELS.get(kind).getFirst();
            float[][] first = model.whole(tokens, 0);
            float[][] third = model.whole(tokens, 2);
            boolean knowsTexts = KINDS.get(kind).inserts() || KINDS.get(kind).looks();
            assertEquals(knowsTexts, !Arrays.equals(first[14], third[14]), "kind " + kind);
        }
    }

    /** A token that is written behind those that are known reads words, and sees what the last of those does. */
    @Example
    void whatIsWrittenSeesWhatTheLastTokenDid() {
        Small looking = MODELS.get(2).getFirst();
        int[] known = Arrays.stream(looking.memory.sight().firstRows())
                .mapToInt(row -> row.length)
                .toArray();
        int[] tokens = new int[known[0] + 3];
        int[][] first = {Arrays.copyOf(looking.memory.sight().firstRows()[0], tokens.length)};
        int[][] end = {Arrays.copyOf(looking.memory.sight().endRows()[0], tokens.length)};
        Arrays.fill(first[0], known[0], tokens.length, first[0][known[0] - 1]);
        Arrays.fill(end[0], known[0], tokens.length, end[0][known[0] - 1]);
        CrossMemory said = new CrossMemory(looking.memory.layers(), new int[] {0}, new MemorySight(first, end));
        float[][] written = looking.whole(tokens, 0);
        float[][] whole =
                rows(looking.forward(TokenBatch.of(tokens), DecoderContext.of(said), OutputOptions.RESULT_ONLY));
        assertArrayEquals(whole[tokens.length - 1], written[tokens.length - 1]);

        end[0][tokens.length - 1] = 1;
        first[0][tokens.length - 1] = 0;
        float[][] otherwise =
                rows(looking.forward(TokenBatch.of(tokens), DecoderContext.of(said), OutputOptions.RESULT_ONLY));
        assertArrayEquals(written[tokens.length - 2], otherwise[tokens.length - 2]);
        assertFalse(Arrays.equals(written[tokens.length - 1], otherwise[tokens.length - 1]), "it sees other rows");
    }

    /** Angles are of places in the text: the same tokens, further on, are the same to each other but for rounding. */
    @Example
    void positionsCountFromTheTextsBeginning() {
        Small model = MODELS.getFirst().getFirst();
        int[] tokens = {3, 1, 4, 1, 5, 9};
        int[] near = {0, 1, 2, 3, 4, 5};
        int[] far = {60, 61, 62, 63, 64, 65};
        float[][] first = positioned(model, tokens, near);
        float[][] moved = positioned(model, tokens, far);
        float[][] spread = positioned(model, tokens, new int[] {0, 1, 2, 3, 4, 25});
        assertArrayEquals(model.whole(tokens, 0)[5], first[5]);
        assertArrayEquals(first[5], moved[5], 1e-4f);
        assertFalse(Arrays.equals(first[5], spread[5]), "how far apart two tokens are counts");
    }

    private static float[][] positioned(Small model, int[] tokens, int[] positions) {
        TokenBatch batch = new TokenBatch(tokens, positions, new int[tokens.length], new int[] {0, tokens.length});
        return rows(model.forward(batch, model.context(0), OutputOptions.RESULT_ONLY));
    }
}

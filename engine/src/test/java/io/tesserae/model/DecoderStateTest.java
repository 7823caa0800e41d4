package io.tesserae.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.HeadNorms;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.RmsNorm;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.CrossAttention;
import io.tesserae.layer.decoder.CrossMemory;
import io.tesserae.layer.decoder.DecoderBlock;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.layer.decoder.GatedCrossAttentionBlock;
import io.tesserae.layer.decoder.MemorySight;
import io.tesserae.layer.decoder.PostNormDecoderBlock;
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

/** However tokens are read, one by one or many at a time, alone or beside others: the logits are those of one pass, to the last bit. */
class DecoderStateTest {

    private static final int VOCABULARY = 37;
    private static final int POSITIONS = 70;
    private static final int MEMORIES = 3;
    private static final int KINDS = 6;

    private static final List<Engine> ENGINES = List.of(
            Engine.builder().threads(1).build(),
            Engine.builder().threads(2).build(),
            Engine.builder().threads(2).kernels(Kernels.scalar()).build());

    /** The same weights on every engine. */
    private static final List<List<Small>> MODELS = IntStream.range(0, KINDS)
            .mapToObj(kind ->
                    ENGINES.stream().map(engine -> new Small(engine, kind)).toList())
            .toList();

    /**
     * A small decoder with random weights. The layers of kinds 0 to 3 have either order of norms, and look at a memory or at none; those of
     * kinds 4 and 5 have gated blocks between them, whose tokens see some rows of a memory, or none.
     */
    private static final class Small extends Decoder {

        private static final int HIDDEN = 20;
        private static final AttentionShape SHAPE = AttentionShape.of(2, 10);

        private final Tensor words;
        private final Tensor positions;
        private final DecoderStack layers;
        private final Linear head;
        private final CrossMemory memory;
        private final MemorySight sight;

        Small(Engine engine, int kind) {
            super(engine);
            boolean postNorm = kind == 0 || kind == 2;
            boolean looks = kind == 2 || kind == 3;
            boolean gated = kind >= 4;
            Random random = new Random(kind);
            words = random(random, VOCABULARY, HIDDEN);
            positions = random(random, POSITIONS, HIDDEN);
            List<DecoderBlock> blocks = new ArrayList<>();
            for (int layer = 0; layer < 2; layer++) {
                blocks.add(block(engine, scaled(layer), random, postNorm, looks));
            }
            layers = gated
                    ? new DecoderStack(blocks, gatedBlocks(engine, random, 6 - kind), kind - 3)
                    : new DecoderStack(blocks);
            head = Linear.load(engine, weights(random, VOCABULARY, HIDDEN), VOCABULARY, HIDDEN);
            int[] starts =
                    gated ? new int[] {0, 5, 5, 9} : new int[] {0, 5, 6, 9}; // a text without pictures has no rows
            Tensor rows = random(random, 9, HIDDEN);
            memory = looks || gated ? memory(engine, new Ragged(rows, starts)) : CrossMemory.NONE;
            sight = gated ? sight(random, starts) : MemorySight.EVERYTHING;
        }

        private CrossMemory memory(Engine engine, Ragged rows) {
            try (Workspace workspace = engine.machine().workspace()) {
                return remember(workspace, rows).memory();
            }
        }

        /** Of each memory's first tokens, any interval of its rows or none; those behind see what the last does. */
        private static MemorySight sight(Random random, int[] starts) {
            int[][] first = new int[MEMORIES][];
            int[][] end = new int[MEMORIES][];
            for (int m = 0; m < MEMORIES; m++) {
                int rows = starts[m + 1] - starts[m];
                int tokens = 1 + random.nextInt(12);
                first[m] = random.ints(tokens, 0, rows + 1).toArray();
                end[m] = random.ints(tokens, 0, rows + 1).toArray();
            }
            return new MemorySight(first, end);
        }

        private static List<GatedCrossAttentionBlock> gatedBlocks(Engine engine, Random random, int count) {
            List<GatedCrossAttentionBlock> blocks = new ArrayList<>();
            for (int layer = 0; layer < count; layer++) {
                HeadNorms norms = HeadNorms.of(
                        RmsNorm.load(norm(random, SHAPE.headSize()), SHAPE.headSize(), 1e-5f),
                        LayerNorm.load(norm(random, SHAPE.headSize()), SHAPE.headSize(), 1e-5f));
                blocks.add(new GatedCrossAttentionBlock(
                        LayerNorm.load(norm(random, HIDDEN), HIDDEN, 1e-5f),
                        CrossAttention.load(
                                engine, SHAPE, HIDDEN, HIDDEN, attention(random).withNorms(norms)),
                        random(random, HIDDEN).data(),
                        LayerNorm.load(norm(random, HIDDEN), HIDDEN, 1e-5f),
                        feedForward(engine, random),
                        random(random, HIDDEN).data()));
            }
            return blocks;
        }

        private static FeedForward feedForward(Engine engine, Random random) {
            return FeedForward.load(
                    engine, weights(random, 33, HIDDEN), weights(random, HIDDEN, 33), HIDDEN, 33, Activation.GELU);
        }

        /** Each layer scales its scores in its own way, as GPT-2's may. */
        private static AttentionShape scaled(int layer) {
            return new AttentionShape(2, 2, 10, 10, SHAPE.scale() / (layer + 1));
        }

        private static DecoderBlock block(
                Engine engine, AttentionShape shape, Random random, boolean postNorm, boolean looks) {
            Attention self = Attention.load(engine, shape, HIDDEN, attention(random));
            AttentionWeights crossWeights = attention(random);
            Optional<CrossAttention> cross = looks
                    ? Optional.of(CrossAttention.load(engine, shape, HIDDEN, HIDDEN, crossWeights))
                    : Optional.empty();
            FeedForward feedForward = feedForward(engine, random);
            LayerNorm[] norms = new LayerNorm[3];
            Arrays.setAll(norms, _ -> LayerNorm.load(norm(random, HIDDEN), HIDDEN, 1e-5f));
            return postNorm
                    ? new PostNormDecoderBlock(self, norms[0], cross, Optional.of(norms[1]), feedForward, norms[2])
                    : new PreNormDecoderBlock(norms[0], self, Optional.of(norms[1]), cross, norms[2], feedForward);
        }

        private static AttentionWeights attention(Random random) {
            return AttentionWeights.biased(
                    weights(random, HIDDEN, HIDDEN),
                    weights(random, HIDDEN, HIDDEN),
                    weights(random, HIDDEN, HIDDEN),
                    weights(random, HIDDEN, HIDDEN));
        }

        private static StateDict weights(Random random, int out, int in) {
            return StateDict.of(
                    new TensorsInMemory()
                            .with("weight", random(random, out, in))
                            .with("bias", random(random, out)),
                    "");
        }

        private static StateDict norm(Random random, int width) {
            return StateDict.of(
                    new TensorsInMemory().with("weight", random(random, width)).with("bias", random(random, width)),
                    "");
        }

        private static Tensor random(Random random, int... shape) {
            Tensor tensor = Tensor.zeros(shape);
            for (int i = 0; i < tensor.size(); i++) {
                tensor.data()[i] = (float) random.nextGaussian() / 2;
            }
            return tensor;
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
                    return SHAPE.heads();
                }
            };
        }

        @Override
        protected AttentionShape attentionShape() {
            return SHAPE;
        }

        @Override
        protected DecoderStack layers() {
            return layers;
        }

        @Override
        protected Tensor decode(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted) {
            Tensor x = frame.tensor(batch.tokens(), HIDDEN);
            for (int token = 0; token < batch.tokens(); token++) {
                for (int c = 0; c < HIDDEN; c++) {
                    x.data()[token * HIDDEN + c] = words.data()[batch.inputIds()[token] * HIDDEN + c]
                            + positions.data()[batch.positionIds()[token] * HIDDEN + c];
                }
            }
            return layers.forward(frame, x, pass, wanted);
        }

        @Override
        protected void score(Workspace workspace, Tensor hiddenStates, Tensor logits) {
            head.forward(workspace, hiddenStates, Epilogue.NONE, logits);
        }

        /** Some sequences, about the memories of these numbers. */
        DecoderState about(int... memoryOf) {
            CrossMemory some = memory.isEmpty() ? memory : new CrossMemory(memory.layers(), memoryOf, sight);
            return newState(memoryOf.length, DecoderContext.of(some));
        }

        /** The logits after the last token of a sequence, of one pass over it. */
        float[] whole(int[] tokens, int memoryOf) {
            CrossMemory one = memory.isEmpty() ? memory : new CrossMemory(memory.layers(), new int[] {memoryOf}, sight);
            Tensor logits = forward(TokenBatch.of(tokens), DecoderContext.of(one), OutputOptions.RESULT_ONLY)
                    .logits();
            return Arrays.copyOfRange(logits.data(), (tokens.length - 1) * VOCABULARY, tokens.length * VOCABULARY);
        }
    }

    /** Sequences grow, are repeated, reordered and dropped at random; after every step each has the logits of a pass of its own. */
    @Property(tries = 90)
    void stepsAreOnePass(
            @ForAll @IntRange(max = KINDS - 1) int kind, @ForAll @IntRange(max = 2) int engine, @ForAll int seed) {
        Small model = MODELS.get(kind).get(engine);
        Small reference = MODELS.get(kind).get((engine + 1) % ENGINES.size());
        Random random = new Random(seed);
        int count = 1 + random.nextInt(4);
        int[] memoryOf = random.ints(count, 0, MEMORIES).toArray();
        List<int[]> read = new ArrayList<>();
        for (int s = 0; s < count; s++) {
            read.add(new int[0]);
        }
        try (DecoderState state = model.about(memoryOf)) {
            for (int step = 0; step < 6; step++) {
                int[][] tokens = new int[read.size()][];
                for (int s = 0; s < tokens.length; s++) {
                    int length = step == 0 || random.nextInt(4) == 0 ? 1 + random.nextInt(9) : 1;
                    tokens[s] = random.ints(length, 0, VOCABULARY).toArray();
                    read.set(s, join(read.get(s), tokens[s]));
                }
                Tensor logits = state.advance(tokens);
                for (int s = 0; s < tokens.length; s++) {
                    float[] row = Arrays.copyOfRange(logits.data(), s * VOCABULARY, (s + 1) * VOCABULARY);
                    assertArrayEquals(reference.whole(read.get(s), memoryOf[s]), row);
                    assertEquals(read.get(s).length, state.length(s));
                }
                int[] parents =
                        random.ints(1 + random.nextInt(6), 0, read.size()).toArray();
                state.select(parents);
                read = new ArrayList<>(
                        Arrays.stream(parents).mapToObj(read::get).toList());
                memoryOf = select(memoryOf, parents);
                assertEquals(parents.length, state.sequences());
            }
        }
    }

    private static int[] select(int[] values, int[] parents) {
        return Arrays.stream(parents).map(parent -> values[parent]).toArray();
    }

    private static int[] join(int[] first, int[] second) {
        return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
    }

    @Example
    void whatDoesNotFitIsRefused() {
        Small model = MODELS.getFirst().getFirst();
        DecoderState state = model.about(0, 0);
        assertThrows(IllegalArgumentException.class, () -> state.advance(new int[][] {{1}}));
        assertThrows(IllegalArgumentException.class, () -> state.advance(new int[][] {{1}, {}}));
        assertThrows(IllegalArgumentException.class, () -> state.advance(new int[][] {{1}, {VOCABULARY}}));
        assertThrows(IllegalArgumentException.class, () -> state.select(new int[0]));
        assertThrows(IndexOutOfBoundsException.class, () -> state.select(new int[] {2}));
        assertThrows(IllegalArgumentException.class, () -> model.about());
        state.advance(new int[][] {new int[POSITIONS], {1}});
        IllegalArgumentException full =
                assertThrows(IllegalArgumentException.class, () -> state.advance(new int[][] {{1}, {1}}));
        assertTrue(full.getMessage().contains("position " + POSITIONS), full.getMessage());
        assertEquals(POSITIONS, state.length(0));
        state.close();
        assertThrows(IllegalStateException.class, () -> state.advance(new int[][] {{1}, {1}}));
    }
}

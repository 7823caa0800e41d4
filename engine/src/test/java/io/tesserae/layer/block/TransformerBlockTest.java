package io.tesserae.layer.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TransformerBlockTest {

    private static final Engine ENGINE = Engine.builder().threads(2).build();
    private static final int HIDDEN = 24;
    private static final int HEADS = 3;
    private static final int INTERMEDIATE = 40;

    private static final StateDict WEIGHTS = weights();
    private static final Attention ATTENTION = Attention.load(
            ENGINE,
            AttentionShape.of(HEADS, HIDDEN / HEADS),
            HIDDEN,
            AttentionWeights.biased(WEIGHTS.at("q"), WEIGHTS.at("k"), WEIGHTS.at("v"), WEIGHTS.at("o")));
    private static final FeedForward FEED_FORWARD = FeedForward.load(
            ENGINE, WEIGHTS.at("expand"), WEIGHTS.at("contract"), HIDDEN, INTERMEDIATE, Activation.GELU);
    private static final LayerNorm NORM1 = LayerNorm.load(WEIGHTS.at("norm1"), HIDDEN, 1e-5f);
    private static final LayerNorm NORM2 = LayerNorm.load(WEIGHTS.at("norm2"), HIDDEN, 1e-5f);
    private static final float[] SCALE1 = random(91, HIDDEN).data();
    private static final float[] SCALE2 = random(92, HIDDEN).data();

    private static final TransformerBlock POST_NORM = new PostNormBlock(ATTENTION, NORM1, FEED_FORWARD, NORM2);
    private static final TransformerBlock PRE_NORM = new PreNormBlock(NORM1, ATTENTION, NORM2, FEED_FORWARD);
    private static final TransformerBlock SCALED =
            new PreNormBlock(NORM1, ATTENTION, Optional.of(SCALE1), NORM2, FEED_FORWARD, Optional.of(SCALE2));

    /** x = norm(x + attention(x)); x = norm(x + feedForward(x)), one layer after the other. */
    @Test
    void postNormIsItsFormula() {
        int[] starts = {0, 3, 8};
        Tensor x = random(1, 8, HIDDEN);
        try (Workspace workspace = ENGINE.machine().workspace()) {
            Tensor expected = x.copy();
            Tensor branch = Tensor.zeros(8, HIDDEN);
            ATTENTION.forward(
                    workspace, new Ragged(expected, starts), Rows.ALL, AttentionOptions.NONE, Epilogue.NONE, branch);
            add(null, branch, expected);
            NORM1.forward(workspace, expected);
            FEED_FORWARD.forward(workspace, expected, Epilogue.NONE, branch);
            add(null, branch, expected);
            NORM2.forward(workspace, expected);
            assertArrayEquals(expected.data(), forward(POST_NORM, x, starts, Rows.ALL), 1e-6f);
        }
    }

    @Test
    void preNormIsItsFormula() {
        assertPreNorm(PRE_NORM, null, null);
        assertPreNorm(SCALED, SCALE1, SCALE2);
    }

    private static void assertPreNorm(TransformerBlock block, float[] scale1, float[] scale2) {
        int[] starts = {0, 3, 8};
        Tensor x = random(1, 8, HIDDEN);
        try (Workspace workspace = ENGINE.machine().workspace()) {
            Tensor expected = x.copy();
            Tensor normalized = Tensor.zeros(8, HIDDEN);
            Tensor branch = Tensor.zeros(8, HIDDEN);
            NORM1.forward(workspace, expected, normalized);
            ATTENTION.forward(
                    workspace, new Ragged(normalized, starts), Rows.ALL, AttentionOptions.NONE, Epilogue.NONE, branch);
            add(scale1, branch, expected);
            NORM2.forward(workspace, expected, normalized);
            FEED_FORWARD.forward(workspace, normalized, Epilogue.NONE, branch);
            add(scale2, branch, expected);
            assertArrayEquals(expected.data(), forward(block, x, starts, Rows.ALL), 1e-6f);
        }
    }

    /** Whatever rows are wanted, their bits are those that they have when all are computed; and the stream is left alone. */
    @Property(tries = 200)
    void wantedRowsHaveTheSameBits(
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 0, max = 30) Integer> lengths,
            @ForAll @IntRange(min = 0, max = 2) int which,
            @ForAll long seed) {
        TransformerBlock block = List.of(POST_NORM, PRE_NORM, SCALED).get(which);
        int[] starts = new int[lengths.size() + 1];
        for (int s = 0; s < lengths.size(); s++) {
            starts[s + 1] = starts[s] + lengths.get(s);
        }
        int tokens = starts[lengths.size()];
        Random random = new Random(seed);
        int[] rows =
                IntStream.range(0, tokens).filter(_ -> random.nextInt(3) == 0).toArray();
        Tensor x = random(seed, tokens, HIDDEN);
        float[] all = forward(block, x, starts, Rows.ALL);
        assertRows(all, rows, forward(block, x, starts, Rows.of(rows)));
        if (!lengths.contains(0)) {
            int[] first = Arrays.copyOf(starts, lengths.size());
            assertRows(all, first, forward(block, x, starts, Rows.FIRST));
        }
    }

    private static void assertRows(float[] all, int[] rows, float[] found) {
        assertEquals(rows.length * HIDDEN, found.length);
        for (int i = 0; i < rows.length; i++) {
            assertArrayEquals(
                    Arrays.copyOfRange(all, rows[i] * HIDDEN, (rows[i] + 1) * HIDDEN),
                    Arrays.copyOfRange(found, i * HIDDEN, (i + 1) * HIDDEN));
        }
    }

    @Test
    void probabilitiesAreOfAllRowsOrNone() {
        Tensor x = random(1, 2, HIDDEN);
        AttentionOptions recording = AttentionOptions.recording(new AttentionMaps(new float[HEADS * 4]));
        try (Workspace workspace = ENGINE.machine().workspace();
                Frame frame = workspace.frame()) {
            int[] starts = {0, 2};
            assertThrows(
                    IllegalArgumentException.class, () -> POST_NORM.forward(frame, x, starts, Rows.FIRST, recording));
        }
    }

    private static float[] forward(TransformerBlock block, Tensor x, int[] starts, Rows wanted) {
        try (Workspace workspace = ENGINE.machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor stream = x.copy();
            Tensor out = block.forward(frame, stream, starts, wanted, AttentionOptions.NONE);
            if (wanted.equals(Rows.ALL)) {
                assertSame(stream, out);
            } else {
                assertArrayEquals(x.data(), stream.data());
            }
            return out.toArray();
        }
    }

    private static void add(float[] scale, Tensor branch, Tensor x) {
        for (int i = 0; i < x.size(); i++) {
            x.data()[i] += (scale == null ? 1f : scale[i % HIDDEN]) * branch.data()[i];
        }
    }

    private static StateDict weights() {
        TensorsInMemory tensors = new TensorsInMemory();
        int seed = 10;
        for (String part : List.of("q", "k", "v", "o")) {
            tensors.with(part + ".weight", random(seed++, HIDDEN, HIDDEN)).with(part + ".bias", random(seed++, HIDDEN));
        }
        for (String norm : List.of("norm1", "norm2")) {
            tensors.with(norm + ".weight", random(seed++, HIDDEN)).with(norm + ".bias", random(seed++, HIDDEN));
        }
        tensors.with("expand.weight", random(seed++, INTERMEDIATE, HIDDEN))
                .with("expand.bias", random(seed++, INTERMEDIATE))
                .with("contract.weight", random(seed++, HIDDEN, INTERMEDIATE))
                .with("contract.bias", random(seed, HIDDEN));
        return StateDict.of(tensors, "");
    }

    private static Tensor random(long seed, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        Random random = new Random(seed);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) random.nextGaussian() / 4;
        }
        return tensor;
    }
}

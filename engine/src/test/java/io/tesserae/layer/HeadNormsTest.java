package io.tesserae.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Queries and keys are what they are without norms, normalised head by head; values are left alone. */
class HeadNormsTest {

    private static final int WIDTH = 12;
    private static final int ROWS = 5;
    private static final AttentionShape SHAPE = new AttentionShape(4, 2, 6, 3, 0.5f);
    private static final AttentionShape UNIFORM = AttentionShape.of(2, 6);

    private final TensorsInMemory tensors = new TensorsInMemory()
            .with("q.weight", random(1, 24, WIDTH))
            .with("k.weight", random(2, 12, WIDTH))
            .with("v.weight", random(3, 6, WIDTH))
            .with("o.weight", random(4, WIDTH, 12))
            .with("uniform.weight", random(5, 12, WIDTH))
            .with("three.weight", random(5, 36, WIDTH))
            .with("of_queries.weight", random(6, 6))
            .with("of_keys.weight", random(7, 6))
            .with("of_keys.bias", random(8, 6));

    private final StateDict weights = StateDict.of(tensors, "");

    private final HeadNorms norms = HeadNorms.of(
            RmsNorm.load(weights.at("of_queries"), 6, 1e-5f), LayerNorm.load(weights.at("of_keys"), 6, 1e-5f));

    @Test
    void eachHeadOfQueriesAndKeysIsNormalised() {
        assertNormalized(SHAPE, apart("q", "k", "v"));
    }

    /** The same shapes, which would be one product otherwise. */
    @Test
    void soAreThoseThatCouldBeOneLayer() {
        assertNormalized(UNIFORM, apart("uniform", "uniform", "uniform"));
    }

    private void assertNormalized(AttentionShape shape, AttentionWeights plain) {
        try (Engine engine = Engine.builder().threads(2).build();
                Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor rows = random(9, ROWS, WIDTH);
            MatrixView none = new MatrixView(new float[ROWS * shape.contextWidth()], 0, shape.contextWidth());
            AttentionOperands before =
                    Projections.load(engine, shape, WIDTH, WIDTH, plain).project(frame, rows, rows, none);
            AttentionOperands after = Projections.load(engine, shape, WIDTH, WIDTH, plain.withNorms(norms))
                    .project(frame, rows, rows, none);
            Tensor queries = Tensor.of(values(before.queries(), shape.heads()), shape.heads() * ROWS, 6);
            Tensor keys = Tensor.of(values(before.keys(), shape.keyHeads()), shape.keyHeads() * ROWS, 6);
            norms.query().orElseThrow().forward(workspace, queries);
            norms.key().orElseThrow().forward(workspace, keys);
            assertFalse(Arrays.equals(queries.data(), values(before.queries(), shape.heads())));
            assertArrayEquals(queries.data(), values(after.queries(), shape.heads()));
            assertArrayEquals(keys.data(), values(after.keys(), shape.keyHeads()));
            assertArrayEquals(values(before.values(), shape.keyHeads()), values(after.values(), shape.keyHeads()));
        }
    }

    /** {@code [heads, rows, size]} */
    private static float[] values(MatrixView x, int heads) {
        float[] values = new float[heads * ROWS * x.stride()];
        for (int head = 0; head < heads; head++) {
            int from = x.offset() + head * x.blockStride();
            System.arraycopy(x.data(), from, values, head * ROWS * x.stride(), ROWS * x.stride());
        }
        return values;
    }

    @Test
    void projectionsThatAreStoredAsOneAreRefused() {
        AttentionWeights together = AttentionWeights.together(projection("three"), projection("o"));
        try (Engine engine = Engine.builder().threads(1).build()) {
            Projections.load(engine, UNIFORM, WIDTH, WIDTH, together);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Projections.load(engine, UNIFORM, WIDTH, WIDTH, together.withNorms(norms)));
            AttentionWeights one = apart("q", "k", "v").withNorms(norms);
            IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> FoldedAttention.load(engine, AttentionShape.of(1, 6), WIDTH, WIDTH, one));
            assertTrue(refused.getMessage().contains("norms"), refused.getMessage());
        }
    }

    @Test
    void oneOfTheTwoMayBeAlone() {
        HeadNorms ofQueries = new HeadNorms(norms.query(), Optional.empty());
        assertFalse(ofQueries.areNone());
        assertTrue(HeadNorms.NONE.areNone());
    }

    private AttentionWeights apart(String query, String key, String value) {
        return AttentionWeights.of(projection(query), projection(key), projection(value), projection("o"));
    }

    private AttentionWeights.Projection projection(String name) {
        return new AttentionWeights.Projection(weights.at(name), false);
    }

    private static Tensor random(long seed, int... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) random.nextDouble(-1, 1);
        }
        return tensor;
    }
}

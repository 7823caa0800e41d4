package io.tesserae.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.kernel.Sight;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionTest {

    private static final int WIDTH = 12;
    private static final int MEMORY_WIDTH = 7;
    private static final AttentionShape PLAIN = AttentionShape.of(3, 4);
    private static final AttentionShape SHARED = new AttentionShape(4, 2, 5, 3, 0.4f);
    private static final int[] STARTS = {0, 5, 5 + 40};

    /** First tokens, last tokens and any others: the bits of a layer that computes all. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void wantedRowsAreThoseOfAllRows(boolean plain) {
        AttentionShape shape = plain ? PLAIN : SHARED;
        Tensor x = random(1, 45, WIDTH);
        AttentionOptions options = new AttentionOptions(
                plain ? Sight.EVERYTHING : Sight.CAUSAL,
                new ScoreBias.Distances(random(2, shape.heads(), 79).data(), 39),
                AttentionMaps.NONE);
        float[] all = forward(shape, x, Rows.ALL, options, 45);
        int[][] rows = {{0, 5}, {4, 44}, {3, 5, 22, 44}};
        Rows[] wanted = {Rows.FIRST, Rows.LAST, Rows.of(3, 5, 22, 44)};
        for (int i = 0; i < wanted.length; i++) {
            float[] some = forward(shape, x, wanted[i], options, rows[i].length);
            for (int row = 0; row < rows[i].length; row++) {
                assertArrayEquals(
                        Arrays.copyOfRange(all, rows[i][row] * WIDTH, (rows[i][row] + 1) * WIDTH),
                        Arrays.copyOfRange(some, row * WIDTH, (row + 1) * WIDTH));
            }
        }
    }

    private static float[] forward(AttentionShape shape, Tensor x, Rows wanted, AttentionOptions options, int rows) {
        return forward(shape, weights(tensors(shape, WIDTH, true), true, true), x, wanted, options, rows);
    }

    private static float[] forward(
            AttentionShape shape, AttentionWeights weights, Tensor x, Rows wanted, AttentionOptions options, int rows) {
        try (Engine engine = Engine.builder().threads(2).build();
                Workspace workspace = engine.machine().workspace()) {
            Attention attention = Attention.load(engine, shape, WIDTH, weights);
            Tensor out = Tensor.zeros(rows, WIDTH);
            attention.forward(workspace, new Ragged(x, STARTS), wanted, options, Epilogue.NONE, out);
            return out.data();
        }
    }

    /** A layer whose biases differ cannot be one product; a bias of zeros is none. So with fewer heads of keys than of queries. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void projectionsByThemselvesGiveTheBitsOfOneProduct(int keyHeads) {
        AttentionShape shape = new AttentionShape(4, keyHeads, 5, 5, 0.4f);
        Tensor x = random(3, 45, WIDTH);
        float[] together;
        float[] apart;
        try (Engine engine = Engine.builder().threads(2).build();
                Workspace workspace = engine.machine().workspace()) {
            TensorsInMemory tensors = tensors(shape, WIDTH, false);
            Tensor out = Tensor.zeros(45, WIDTH);
            Attention.load(engine, shape, WIDTH, weights(tensors, true, true))
                    .forward(workspace, new Ragged(x, STARTS), Rows.ALL, AttentionOptions.NONE, Epilogue.NONE, out);
            together = out.data().clone();
            Attention.load(engine, shape, WIDTH, weights(tensors, false, true))
                    .forward(workspace, new Ragged(x, STARTS), Rows.ALL, AttentionOptions.NONE, Epilogue.NONE, out);
            apart = out.data();
        }
        assertArrayEquals(together, apart);
    }

    /** Stored as one, queries, keys and values are what they are by themselves: GPT-2's, and the other way round BLIP's. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void projectionsThatAreStoredAsOneGiveTheSameBits(boolean transposed) {
        TensorsInMemory tensors = tensors(PLAIN, WIDTH, true);
        stack(tensors, transposed, "qkv", "q", "k", "v");
        stack(tensors, transposed, "kv", "k", "v");
        stack(tensors, transposed, "query", "q");
        StateDict weights = StateDict.of(tensors, "");
        StateDict stacked = transposed ? weights.transposed() : weights;
        AttentionWeights.Projection output = projection(weights, "o");
        AttentionWeights together = AttentionWeights.together(projection(stacked, "qkv"), output);
        AttentionWeights keyValue =
                AttentionWeights.keyValueTogether(projection(stacked, "query"), projection(stacked, "kv"), output);
        Tensor x = random(3, 45, WIDTH);
        Tensor memory = random(4, 20, WIDTH);
        float[] self = self(weights(tensors, true, true), x);
        assertArrayEquals(self, self(together, x));
        assertArrayEquals(self, self(keyValue, x));
        float[] cross = cross(weights(tensors, true, true), x, memory);
        assertArrayEquals(cross, cross(together, x, memory));
        assertArrayEquals(cross, cross(keyValue, x, memory));
    }

    /** Only keys and values can be stored as one where the memory is of another width. */
    @Test
    void keysAndValuesOfAnotherWidthThatAreStoredAsOneGiveTheSameBits() {
        TensorsInMemory tensors = tensors(PLAIN, MEMORY_WIDTH, true);
        stack(tensors, false, "kv", "k", "v");
        StateDict weights = StateDict.of(tensors, "");
        AttentionWeights keyValue = AttentionWeights.keyValueTogether(
                projection(weights, "q"), projection(weights, "kv"), projection(weights, "o"));
        Tensor x = random(3, 45, WIDTH);
        Tensor memory = random(4, 20, MEMORY_WIDTH);
        assertArrayEquals(cross(weights(tensors, true, true), x, memory), cross(keyValue, x, memory));
        AttentionWeights together = AttentionWeights.together(projection(weights, "kv"), projection(weights, "o"));
        assertThrows(IllegalArgumentException.class, () -> cross(together, x, memory));
    }

    @Test
    void projectionsThatAreNotAlikeCannotBeStoredAsOne() {
        StateDict weights = StateDict.of(tensors(SHARED, WIDTH, true), "");
        AttentionWeights.Projection any = projection(weights, "q");
        try (Engine engine = Engine.builder().threads(1).build()) {
            for (AttentionWeights stored : new AttentionWeights[] {
                AttentionWeights.together(any, any), AttentionWeights.keyValueTogether(any, any, any)
            }) {
                assertThrows(
                        IllegalArgumentException.class, () -> Attention.load(engine, SHARED, WIDTH, WIDTH, stored));
            }
        }
    }

    private static AttentionWeights.Projection projection(StateDict weights, String name) {
        return new AttentionWeights.Projection(weights.at(name), true);
    }

    private static float[] self(AttentionWeights weights, Tensor x) {
        try (Engine engine = Engine.builder().threads(2).build();
                Workspace workspace = engine.machine().workspace()) {
            Tensor out = Tensor.zeros(45, WIDTH);
            Attention.load(engine, PLAIN, WIDTH, weights)
                    .forward(workspace, new Ragged(x, STARTS), Rows.ALL, AttentionOptions.CAUSAL, Epilogue.NONE, out);
            return out.data();
        }
    }

    private static float[] cross(AttentionWeights weights, Tensor x, Tensor memory) {
        try (Engine engine = Engine.builder().threads(2).build();
                Workspace workspace = engine.machine().workspace()) {
            Tensor out = Tensor.zeros(45, WIDTH);
            Ragged keys = new Ragged(memory, new int[] {0, 13, 20});
            Attention attention = Attention.load(engine, PLAIN, WIDTH, memory.dimension(1), weights);
            try (Frame frame = workspace.frame()) {
                var remembered = attention.remember(frame, keys);
                attention.forward(
                        workspace, new Ragged(x, STARTS), remembered, AttentionOptions.NONE, Epilogue.NONE, out);
            }
            return out.data();
        }
    }

    /** Adds a layer that is several layers one below the other, stored as {@code [out, in]}, or the other way round. */
    private static void stack(TensorsInMemory tensors, boolean transposed, String name, String... parts) {
        int in = (int) tensors.shape(parts[0] + ".weight")[1];
        int each = (int) tensors.shape(parts[0] + ".weight")[0];
        int out = parts.length * each;
        float[] weight = new float[out * in];
        float[] bias = new float[out];
        for (int part = 0; part < parts.length; part++) {
            tensors.read(parts[part] + ".bias", 0, bias, part * each, each);
            float[] rows = read(tensors, parts[part] + ".weight");
            for (int i = 0; i < rows.length; i++) {
                int row = part * each + i / in;
                weight[transposed ? i % in * out + row : row * in + i % in] = rows[i];
            }
        }
        tensors.with(name + ".weight", transposed ? Tensor.of(weight, in, out) : Tensor.of(weight, out, in))
                .with(name + ".bias", Tensor.of(bias, out));
    }

    /** Keys and values from rows of another width and of other lengths, against the formula. */
    @Test
    void crossAttentionReadsAnotherBatch() {
        Tensor x = random(4, 6, WIDTH);
        Tensor memory = random(5, 9, MEMORY_WIDTH);
        int[] starts = {0, 2, 6};
        int[] memoryStarts = {0, 6, 9};
        TensorsInMemory tensors = tensors(SHARED, MEMORY_WIDTH, true);
        Tensor out = Tensor.zeros(6, WIDTH);
        AttentionMaps maps = new AttentionMaps(new float[4 * 2 * 6], new float[4 * 4 * 3]);
        try (Engine engine = Engine.builder().threads(2).build();
                Workspace workspace = engine.machine().workspace()) {
            var attention = Attention.load(engine, SHARED, WIDTH, MEMORY_WIDTH, weights(tensors, true, true));
            try (Frame frame = workspace.frame()) {
                var remembered = attention.remember(frame, new Ragged(memory, memoryStarts));
                attention.forward(
                        workspace,
                        new Ragged(x, starts),
                        remembered,
                        AttentionOptions.recording(maps),
                        Epilogue.NONE,
                        out);
            }
        }
        double[][] queries = project(tensors, "q", x);
        double[][] keys = project(tensors, "k", memory);
        double[][] values = project(tensors, "v", memory);
        for (int sequence = 0; sequence < 2; sequence++) {
            for (int query = starts[sequence]; query < starts[sequence + 1]; query++) {
                Tensor context = Tensor.zeros(1, 12);
                for (int head = 0; head < 4; head++) {
                    int first = memoryStarts[sequence];
                    double[] weights = new double[memoryStarts[sequence + 1] - first];
                    for (int key = 0; key < weights.length; key++) {
                        double score = 0;
                        for (int c = 0; c < 5; c++) {
                            score += queries[query][head * 5 + c] * keys[first + key][head / 2 * 5 + c];
                        }
                        weights[key] = Math.exp(score * SHARED.scale());
                    }
                    double sum = Arrays.stream(weights).sum();
                    for (int key = 0; key < weights.length; key++) {
                        int row = head * (starts[sequence + 1] - starts[sequence]) + query - starts[sequence];
                        assertEquals(weights[key] / sum, maps.ofSequence()[sequence][row * weights.length + key], 1e-5);
                        for (int c = 0; c < 3; c++) {
                            context.data()[head * 3 + c] +=
                                    (float) (weights[key] / sum * values[first + key][head / 2 * 3 + c]);
                        }
                    }
                }
                double[] expected = project(tensors, "o", context)[0];
                for (int c = 0; c < WIDTH; c++) {
                    assertEquals(expected[c], out.data()[query * WIDTH + c], 1e-4);
                }
            }
        }
    }

    /** Stored as one weight and one bias, queries, keys and values are the same layer to the bit. */
    @Test
    void stackedProjectionsAreTheSameLayer() {
        TensorsInMemory apart = tensors(PLAIN, WIDTH, true);
        TensorsInMemory stacked = new TensorsInMemory()
                .with("qkv.weight", stack(apart, "weight", 3 * PLAIN.queryWidth(), WIDTH))
                .with("qkv.bias", stack(apart, "bias", 3 * PLAIN.queryWidth()))
                .with("o.weight", Tensor.of(read(apart, "o.weight"), WIDTH, PLAIN.contextWidth()))
                .with("o.bias", Tensor.of(read(apart, "o.bias"), WIDTH));
        StateDict weights = StateDict.of(stacked, "");
        AttentionWeights places = AttentionWeights.together(
                new AttentionWeights.Projection(weights.at("qkv"), true),
                new AttentionWeights.Projection(weights.at("o"), true));
        Tensor x = random(1, 45, WIDTH);
        assertArrayEquals(
                forward(PLAIN, x, Rows.ALL, AttentionOptions.NONE, 45),
                forward(PLAIN, places, x, Rows.ALL, AttentionOptions.NONE, 45));
        weights.requireAllUsed(name -> false);
    }

    private static Tensor stack(TensorsInMemory tensors, String name, int... shape) {
        Tensor all = Tensor.zeros(shape);
        int to = 0;
        for (String part : List.of("q.", "k.", "v.")) {
            float[] values = read(tensors, part + name);
            System.arraycopy(values, 0, all.data(), to, values.length);
            to += values.length;
        }
        return all;
    }

    @Test
    void rowsThatAreNotThereAreRefused() {
        Tensor x = random(1, 45, WIDTH);
        assertThrows(IllegalArgumentException.class, () -> new Ragged(x, new int[] {0, 44}));
        assertThrows(IndexOutOfBoundsException.class, () -> forward(PLAIN, x, Rows.of(45), AttentionOptions.NONE, 1));
    }

    private static AttentionWeights weights(TensorsInMemory tensors, boolean keyBias, boolean others) {
        StateDict weights = StateDict.of(tensors, "");
        return AttentionWeights.of(
                new AttentionWeights.Projection(weights.at("q"), others),
                new AttentionWeights.Projection(weights.at("k"), keyBias),
                new AttentionWeights.Projection(weights.at("v"), others),
                new AttentionWeights.Projection(weights.at("o"), others));
    }

    private static TensorsInMemory tensors(AttentionShape shape, int memoryWidth, boolean randomKeyBias) {
        Tensor keyBias = randomKeyBias ? random(15, shape.keyWidth()) : Tensor.zeros(shape.keyWidth());
        return new TensorsInMemory()
                .with("q.weight", random(11, shape.queryWidth(), WIDTH))
                .with("k.weight", random(12, shape.keyWidth(), memoryWidth))
                .with("v.weight", random(13, shape.valueWidth(), memoryWidth))
                .with("o.weight", random(14, WIDTH, shape.contextWidth()))
                .with("k.bias", keyBias)
                .with("q.bias", random(16, shape.queryWidth()))
                .with("v.bias", random(17, shape.valueWidth()))
                .with("o.bias", random(18, WIDTH));
    }

    private static double[][] project(TensorsInMemory tensors, String name, Tensor x) {
        float[] weight = read(tensors, name + ".weight");
        float[] bias = read(tensors, name + ".bias");
        int depth = x.dimension(1);
        double[][] out = new double[x.dimension(0)][bias.length];
        for (int row = 0; row < out.length; row++) {
            for (int column = 0; column < bias.length; column++) {
                out[row][column] = bias[column];
                for (int k = 0; k < depth; k++) {
                    out[row][column] += (double) x.data()[row * depth + k] * weight[column * depth + k];
                }
            }
        }
        return out;
    }

    private static float[] read(TensorsInMemory tensors, String name) {
        long count = Arrays.stream(tensors.shape(name)).reduce(1, (a, b) -> a * b);
        float[] values = new float[(int) count];
        tensors.read(name, 0, values, 0, values.length);
        return values;
    }

    private static Tensor random(long seed, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        Random random = new Random(seed);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = 0.5f * (float) random.nextGaussian();
        }
        return tensor;
    }
}

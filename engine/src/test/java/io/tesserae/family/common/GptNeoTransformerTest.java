package io.tesserae.family.common;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Sight;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.KvCache;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What layers with windows see, whole and continued. */
class GptNeoTransformerTest {

    private static final int WIDTH = 12;
    private static final int POSITIONS = 24;
    private static final Engine ENGINE = Engine.builder().threads(1).build();

    /** However a sequence is read, a window reaches as far back among kept keys as among new ones. */
    @Property(tries = 60)
    void continuingIsTheWholePassToTheLastBit(
            @ForAll @IntRange(min = 2, max = POSITIONS) int tokens,
            @ForAll @IntRange(min = 1, max = 23) int split,
            @ForAll @IntRange(min = 1, max = 30) int window) {
        GptNeoTransformer transformer = transformer(List.of(Sight.CAUSAL, Sight.Window.causal(window)));
        float[] x = floats(tokens * WIDTH, 7);
        int first = Math.min(split, tokens - 1);
        KvCache cache = new KvCache(transformer.shape().attention(), 2, 1, 4);
        float[] begun = continued(transformer, cache, x, 0, first);
        float[] ended = continued(transformer, cache, x, first, tokens);
        float[] whole = whole(transformer, x, tokens);
        assertArrayEquals(Arrays.copyOf(whole, first * WIDTH), begun);
        assertArrayEquals(Arrays.copyOfRange(whole, first * WIDTH, tokens * WIDTH), ended);
    }

    @Test
    void aLocalLayerSeesTheTokensOfItsWindowAndNoOthers() {
        GptNeoTransformer transformer = transformer(List.of(Sight.Window.causal(3)));
        float[] x = floats(6 * WIDTH, 3);
        float[] before = whole(transformer, x, 6);
        x[WIDTH] += 1; // of token 1
        float[] after = whole(transformer, x, 6);
        for (int token = 0; token < 6; token++) {
            boolean same = Arrays.equals(
                    before, token * WIDTH, (token + 1) * WIDTH, after, token * WIDTH, (token + 1) * WIDTH);
            assertEquals(token < 1 || token > 3, same, "token " + token);
        }
    }

    @Test
    void masksOfOldFilesAreKnownByTheirNames() {
        assertTrue(GptNeoTransformer.isMask("transformer.h.3.attn.attention.bias"));
        assertTrue(GptNeoTransformer.isMask("causal_lm_model.transformer.h.0.attn.attention.masked_bias"));
        assertFalse(GptNeoTransformer.isMask("transformer.h.0.attn.attention.out_proj.bias"));
    }

    private static float[] whole(GptNeoTransformer transformer, float[] x, int tokens) {
        int[] starts = {0, tokens};
        return forward(
                transformer, x, 0, tokens, DecoderPass.causal(starts, DecoderContext.NONE, Recording.none(starts)));
    }

    private static float[] continued(GptNeoTransformer transformer, KvCache cache, float[] x, int from, int to) {
        int[] starts = {0, to - from};
        DecoderPass pass = DecoderPass.continuing(starts, cache, DecoderContext.NONE, Recording.none(starts));
        return forward(transformer, x, from, to, pass);
    }

    private static float[] forward(GptNeoTransformer transformer, float[] x, int from, int to, DecoderPass pass) {
        try (Workspace workspace = ENGINE.machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor rows = frame.tensor(to - from, WIDTH);
            System.arraycopy(x, from * WIDTH, rows.data(), 0, (to - from) * WIDTH);
            int[] positions = IntStream.range(from, to).toArray();
            Tensor last = transformer.forward(frame, rows, positions, pass, Rows.ALL);
            return Arrays.copyOf(last.data(), (to - from) * WIDTH);
        }
    }

    private static GptNeoTransformer transformer(List<Sight> sights) {
        TensorsInMemory weights = new TensorsInMemory();
        with(weights, "wpe.weight", POSITIONS, WIDTH);
        with(weights, "ln_f.weight", WIDTH);
        with(weights, "ln_f.bias", WIDTH);
        for (int layer = 0; layer < sights.size(); layer++) {
            String block = "h." + layer + ".";
            for (String norm : List.of("ln_1", "ln_2")) {
                with(weights, block + norm + ".weight", WIDTH);
                with(weights, block + norm + ".bias", WIDTH);
            }
            for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
                with(weights, block + "attn.attention." + projection + ".weight", WIDTH, WIDTH);
            }
            with(weights, block + "attn.attention.out_proj.bias", WIDTH);
            with(weights, block + "mlp.c_fc.weight", 2 * WIDTH, WIDTH);
            with(weights, block + "mlp.c_fc.bias", 2 * WIDTH);
            with(weights, block + "mlp.c_proj.weight", WIDTH, 2 * WIDTH);
            with(weights, block + "mlp.c_proj.bias", WIDTH);
        }
        GptNeoShape shape = new GptNeoShape(POSITIONS, WIDTH, 3, 2 * WIDTH, Activation.GELU_TANH, 1e-5f, sights);
        return GptNeoTransformer.load(ENGINE, shape, StateDict.of(weights, ""));
    }

    private static void with(TensorsInMemory weights, String name, int... shape) {
        int count = Tensor.elementCount(shape);
        weights.with(name, Tensor.of(floats(count, name.hashCode()), shape));
    }

    private static float[] floats(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() / 2;
        }
        return values;
    }
}

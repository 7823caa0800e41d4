package io.tesserae.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Unfolding and a product, against the convolution's own formula. */
class PatchEmbeddingTest {

    private static final Engine ENGINE = Engine.builder().threads(2).build();

    /** Patches need not be square nor divide the picture, and sizes differ within the batch. */
    @Property(tries = 60)
    void isTheConvolution(
            @ForAll @IntRange(min = 1, max = 4) int channels,
            @ForAll @IntRange(min = 1, max = 5) int patchHeight,
            @ForAll @IntRange(min = 1, max = 5) int patchWidth,
            @ForAll @IntRange(min = 1, max = 20) int hidden,
            @ForAll @IntRange(min = 0, max = 2) int prefixTokens,
            @ForAll long seed) {
        Random random = new Random(seed);
        Tensor weight = random(random, hidden, channels, patchHeight, patchWidth);
        Tensor bias = random(random, hidden);
        PatchEmbedding embedding = PatchEmbedding.load(
                ENGINE,
                StateDict.of(new TensorsInMemory().with("p.weight", weight).with("p.bias", bias), "x.")
                        .at("p"),
                hidden,
                channels,
                patchHeight,
                patchWidth);
        List<Tensor> pictures = new ArrayList<>();
        int[] firstRows = new int[3];
        int rows = 0;
        for (int i = 0; i < firstRows.length; i++) {
            int height = patchHeight + random.nextInt(12);
            int width = patchWidth + random.nextInt(12);
            pictures.add(random(random, channels, height, width));
            firstRows[i] = rows + prefixTokens;
            rows = firstRows[i] + embedding.gridHeight(height) * embedding.gridWidth(width);
        }
        Tensor out = Tensor.zeros(rows, hidden);
        try (Workspace workspace = ENGINE.machine().workspace()) {
            try (Frame frame = workspace.frame()) {
                Arrays.fill(frame.floats(10_000), Float.NaN); // what an earlier call left there
            }
            embedding.forward(workspace, pictures, firstRows, out);
        }
        for (int i = 0; i < firstRows.length; i++) {
            Tensor picture = pictures.get(i);
            int gridWidth = picture.dimension(2) / patchWidth;
            int patches = picture.dimension(1) / patchHeight * gridWidth;
            for (int patch = 0; patch < patches; patch++) {
                for (int o = 0; o < hidden; o++) {
                    int top = patch / gridWidth * patchHeight;
                    int left = patch % gridWidth * patchWidth;
                    assertEquals(
                            convolved(picture, top, left, weight, o) + bias.get(o),
                            out.get(firstRows[i] + patch, o),
                            1e-4);
                }
            }
        }
    }

    private static double convolved(Tensor picture, int top, int left, Tensor weight, int o) {
        double sum = 0;
        for (int c = 0; c < weight.dimension(1); c++) {
            for (int y = 0; y < weight.dimension(2); y++) {
                for (int x = 0; x < weight.dimension(3); x++) {
                    sum += (double) picture.get(c, top + y, left + x) * weight.get(o, c, y, x);
                }
            }
        }
        return sum;
    }

    private static Tensor random(Random random, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) random.nextGaussian();
        }
        return tensor;
    }
}

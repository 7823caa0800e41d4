package io.tesserae.pipelines.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.generated.GeneratedPicture;
import io.tesserae.generated.RandomFlowModel;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From two pictures to the flow between them. */
class OpticalFlowPipelineTest {

    private static final Path TEST_DATA = Path.of("..", "testdata");

    @TempDir
    private static Path folder;

    private static Path model; // of pictures of 14 x 10

    @BeforeAll
    static void writeModel() throws IOException {
        model = new RandomFlowModel(10, 14).write(folder.resolve("model"));
    }

    private static FramePair pair(RgbImage first, RgbImage second) {
        return new FramePair(ImageInput.of(first), ImageInput.of(second));
    }

    /** {@code testdata/make_flow_answer.py} asked it. */
    @Test
    void aPictureLargerThanTheModelTakesHasTheFlowOfTheReference() throws IOException {
        OpticalFlow expected = FlowFiles.readFlo(TEST_DATA.resolve("flow-answer.flo"));
        Path checkpoint = Packed.checkpoint(
                TEST_DATA.resolve("fixtures").resolve("perceiver").resolve("flow"));
        try (OpticalFlowPipeline pipeline = Pipelines.opticalFlow(checkpoint)) {
            OpticalFlow flow =
                    pipeline.answer(pair(GeneratedPicture.of(0, 3, 25, 32), GeneratedPicture.of(2, 4, 25, 32)));
            assertEquals(expected.flow().toString(), flow.flow().toString());
            assertArrayEquals(expected.flow().toArray(), flow.flow().toArray(), 2e-5f);
            assertTrue(flow.magnitudes().largest() > 1);
        }
    }

    /**
     * The mean of tiles as the published example has it, told in another way than {@link TiledFlow} does it: for each pixel, over the
     * tiles that it is in.
     */
    @Test
    void tilesAreBlendedAsInThePublishedExample() {
        RgbImage first = GeneratedPicture.of(0, 3, 31, 25);
        RgbImage second = GeneratedPicture.of(2, 4, 31, 25);
        try (OpticalFlowPipeline pipeline = Pipelines.opticalFlow(model)) {
            OpticalFlow flow = pipeline.between(pair(first, second), OpticalFlowOptions.DEFAULT.withMinOverlap(4));
            List<FlowTiles.Tile> tiles = new ArrayList<>();
            List<Tensor> raw = new ArrayList<>();
            for (int top : new int[] {0, 6, 12, 15}) {
                for (int left : new int[] {0, 10, 17}) {
                    FlowTiles.Tile tile = new FlowTiles.Tile(top, left, 10, 14);
                    Tensor patches = FlowPatches.of(List.of(first, second), tile);
                    tiles.add(tile);
                    raw.add(pipeline.model()
                            .forward(patches.reshape(1, 2, 27, 10, 14))
                            .flow());
                }
            }
            for (int y = 0; y < 25; y++) {
                for (int x = 0; x < 31; x++) {
                    double[] sums = new double[3];
                    for (int t = 0; t < tiles.size(); t++) {
                        int row = y - tiles.get(t).top();
                        int column = x - tiles.get(t).left();
                        if (row >= 0 && row < 10 && column >= 0 && column < 14) {
                            int weight = Math.min(Math.min(column + 1, 14 - column), Math.min(row + 1, 10 - row));
                            sums[0] += 20.0 * weight * raw.get(t).get(0, row, column, 0);
                            sums[1] += 20.0 * weight * raw.get(t).get(0, row, column, 1);
                            sums[2] += weight;
                        }
                    }
                    assertEquals(sums[0] / sums[2], flow.right(x, y), 1e-5);
                    assertEquals(sums[1] / sums[2], flow.down(x, y), 1e-5);
                }
            }
        }
    }

    @Test
    void oneInputAListAndAStreamHaveTheSameBitsOnAllKernels() {
        FramePair small = pair(GeneratedPicture.of(0, 1, 14, 10), GeneratedPicture.of(2, 2, 14, 10));
        FramePair large = pair(GeneratedPicture.of(0, 3, 31, 25), GeneratedPicture.of(2, 4, 31, 25));
        List<FramePair> pairs = List.of(small, large, small);
        List<float[]> known = new ArrayList<>();
        try (Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build();
                Engine vector = Engine.builder().threads(3).build()) {
            for (Engine engine : List.of(scalar, vector)) {
                try (OpticalFlowPipeline pipeline = Pipelines.opticalFlow(model, engine)) {
                    List<OpticalFlow> all = pipeline.between(pairs, OpticalFlowOptions.DEFAULT);
                    List<OpticalFlow> streamed = pipeline.between(pairs.stream(), OpticalFlowOptions.DEFAULT)
                            .toList();
                    assertEquals(3, all.size());
                    for (int i = 0; i < 3; i++) {
                        float[] flow = all.get(i).flow().toArray();
                        known.add(flow);
                        assertArrayEquals(known.get(i), flow);
                        assertArrayEquals(flow, streamed.get(i).flow().toArray());
                        assertArrayEquals(
                                flow, pipeline.answer(pairs.get(i)).flow().toArray());
                    }
                }
            }
        }
    }

    @Test
    void theNumberOfTilesIsTold() {
        RgbImage picture = GeneratedPicture.of(0, 1, 30, 10);
        List<String> told = new ArrayList<>();
        try (OpticalFlowPipeline pipeline = Pipelines.opticalFlow(model)) {
            assertEquals(OpticalFlowOptions.DEFAULT, pipeline.defaultOptions());
            assertTrue(pipeline.toString().startsWith("optical-flow with perceiver (" + model), pipeline::toString);
            pipeline.between(
                    pair(picture, picture),
                    OpticalFlowOptions.DEFAULT
                            .withMinOverlap(6)
                            .withProgress((tiles, of) -> told.add(tiles + "/" + of)));
            // The last of them is there twice, see FlowTiles, and computed once.
            assertEquals(List.of("1/3", "2/3", "3/3"), told);
        }
    }

    @Test
    void whoIsToldOfTilesMayEndThePair() {
        RgbImage picture = GeneratedPicture.of(0, 1, 30, 30);
        FramePair pair = pair(picture, picture);
        OpticalFlowOptions ending = OpticalFlowOptions.DEFAULT.withProgress((tiles, _) -> {
            if (tiles == 2) {
                throw new CancellationException("enough");
            }
        });
        try (OpticalFlowPipeline pipeline = Pipelines.opticalFlow(model)) {
            assertThrows(CancellationException.class, () -> pipeline.between(pair, ending));
            assertEquals(30, pipeline.answer(pair).width(), "the next call is not concerned");
        }
    }

    @Test
    void aStreamEndsWithinAPairWhereItsThreadIsInterrupted() {
        RgbImage picture = GeneratedPicture.of(0, 1, 60, 60);
        FramePair pair = pair(picture, picture);
        int[] tiles = new int[1];
        OpticalFlowOptions interrupting = OpticalFlowOptions.DEFAULT.withProgress((done, _) -> {
            tiles[0] = done;
            Thread.currentThread().interrupt();
        });
        try (OpticalFlowPipeline pipeline = Pipelines.opticalFlow(model)) {
            Iterator<OpticalFlow> flows =
                    pipeline.between(Stream.of(pair), interrupting).iterator();
            assertThrows(CancellationException.class, flows::next);
            assertEquals(1, tiles[0]);
            assertTrue(Thread.interrupted(), "it still is, and is not for what comes next");
            pipeline.between(List.of(pair), interrupting);
            assertTrue(tiles[0] > 1, "a list is a short call, and does not look");
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void picturesThatAreNoGoodAreRefusedAfterTheAnswersBefore() {
        RgbImage good = GeneratedPicture.of(0, 1, 14, 10);
        FramePair fine = pair(good, good);
        try (OpticalFlowPipeline pipeline = Pipelines.opticalFlow(model)) {
            FramePair broken = new FramePair(ImageInput.of(good), ImageInput.of(new byte[] {1, 2, 3}, "bad.png"));
            Iterator<OpticalFlow> flows = pipeline.between(Stream.of(fine, broken, fine), OpticalFlowOptions.DEFAULT)
                    .iterator();
            assertEquals(14, flows.next().width());
            String message = assertThrows(ImageException.class, flows::next).getMessage();
            assertTrue(message.contains("bad.png"), message);
            String sizes = refusal(pipeline, pair(good, GeneratedPicture.of(0, 1, 15, 10)));
            assertTrue(sizes.contains("two pictures of one size, found 14 x 10 and 15 x 10 pixels"), sizes);
            RgbImage small = GeneratedPicture.of(0, 1, 14, 9);
            assertTrue(refusal(pipeline, pair(small, small)).contains("smaller than the 14 x 10 that the model takes"));
        }
    }

    private static String refusal(OpticalFlowPipeline pipeline, FramePair pair) {
        return assertThrows(IllegalArgumentException.class, () -> pipeline.answer(pair))
                .getMessage();
    }

    @Test
    void optionsThatDoNotFitTheModelAreRefusedBeforeAnythingIsRead() {
        try (OpticalFlowPipeline pipeline = Pipelines.opticalFlow(model)) {
            OpticalFlowOptions wide = OpticalFlowOptions.DEFAULT.withMinOverlap(10);
            assertEquals(
                    "tiles of 14 x 10 pixels overlap by 0 pixels or more, and less than a side, found 10",
                    assertThrows(IllegalArgumentException.class, () -> pipeline.between(List.of(), wide))
                            .getMessage());
            assertThrows(IllegalArgumentException.class, () -> pipeline.between(Stream.of(), wide));
            assertThrows(IllegalArgumentException.class, () -> OpticalFlowOptions.DEFAULT.withMinOverlap(-1));
            assertThrows(IllegalArgumentException.class, () -> OpticalFlowOptions.DEFAULT.withProgress(null));
            assertThrows(IllegalArgumentException.class, () -> new FramePair(null, null));
            assertFalse(pipeline.between(Stream.of(), OpticalFlowOptions.DEFAULT)
                    .iterator()
                    .hasNext());
        }
    }

    @Test
    void anotherModelIsRefusedByName() {
        Path masked = Packed.checkpoint(
                TEST_DATA.resolve("fixtures").resolve("perceiver").resolve("masked"));
        String message = assertThrows(ModelLoadingException.class, () -> Pipelines.opticalFlow(masked))
                .getMessage();
        assertTrue(message.contains("a decoder that follows pixels"), message);
        Path vit = TEST_DATA.resolve("fixtures").resolve("vit-classify");
        String family = assertThrows(ModelLoadingException.class, () -> Pipelines.opticalFlow(vit))
                .getMessage();
        assertTrue(family.contains("perceiver"), family);
    }
}

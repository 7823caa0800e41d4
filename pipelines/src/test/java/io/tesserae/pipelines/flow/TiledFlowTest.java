package io.tesserae.pipelines.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.generated.GeneratedPicture;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.pipelines.flow.FlowTiles.Tile;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;

/** Patches, tiles and their mean against what testdata/make_flow_cases.py makes with the published example's formulas. */
class TiledFlowTest {

    static JsonObject cases() throws IOException {
        return JsonParser.parseString(Files.readString(Path.of("..", "testdata", "flow-cases.json")))
                .getAsJsonObject();
    }

    private static long crc(Tensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate(tensor.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.data(), 0, tensor.size());
        return GeneratedPicture.crc(bytes.array());
    }

    /** In place of a model; exact in float32: the first picture's middle and the second picture's upper left neighbour. */
    private static Tensor formula(Tensor patches) {
        int height = patches.dimension(2);
        int width = patches.dimension(3);
        Tensor flow = Tensor.zeros(height, width, 2);
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                flow.data()[at++] = patches.get(0, 12, y, x) * 0.5f;
                flow.data()[at++] = -patches.get(1, 2, y, x);
            }
        }
        return flow;
    }

    @Test
    void patchesHaveTheBitsOfThePublishedExample() throws IOException {
        List<RgbImage> pictures = List.of(GeneratedPicture.of(0, 1, 9, 7), GeneratedPicture.of(2, 2, 9, 7));
        Tensor patches = FlowPatches.of(pictures, new Tile(0, 0, 7, 9));
        assertEquals("Tensor[2, 27, 7, 9]", patches.toString());
        assertEquals(cases().get("patches").getAsLong(), crc(patches));
        // (dy * 3 + dx) * 3 + rgb: to the right of the first pixel in the second picture is its second one; above is
        // nothing
        assertEquals((float) (pictures.get(1).get(1, 0, 2) / 255.0 * 2 - 1), patches.get(1, (1 * 3 + 2) * 3 + 2, 0, 0));
        assertEquals(0f, patches.get(0, (0 * 3 + 1) * 3, 0, 4));
    }

    @Test
    void patchesOfATileSeeNothingBeyondIt() {
        RgbImage picture = GeneratedPicture.of(0, 1, 30, 20);
        Tensor patches = FlowPatches.of(List.of(picture, picture), new Tile(5, 7, 4, 6));
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 6; x++) {
                for (int patch = 0; patch < 27; patch++) {
                    int row = y + patch / 9 - 1;
                    int column = x + patch / 3 % 3 - 1;
                    boolean inside = row >= 0 && row < 4 && column >= 0 && column < 6;
                    float expected = inside ? (float) (picture.get(7 + column, 5 + row, patch % 3) / 255.0 * 2 - 1) : 0;
                    assertEquals(expected, patches.get(1, patch, y, x));
                }
            }
        }
    }

    @Test
    void tilesAndTheirMeanAreThoseOfThePublishedExample() throws IOException {
        int compared = 0;
        for (JsonElement element : cases().getAsJsonArray("tilings")) {
            int[] sizes = element.getAsJsonObject().getAsJsonArray("sizes").asList().stream()
                    .mapToInt(JsonElement::getAsInt)
                    .toArray();
            FlowTiles tiles = new FlowTiles(sizes[3], sizes[2], sizes[4]);
            List<String> starts = tiles.over(new ImageSize(sizes[0], sizes[1])).stream()
                    .map(tile -> "[" + tile.top() + "," + tile.left() + "]")
                    .toList();
            assertEquals(
                    element.getAsJsonObject().get("starts").toString(),
                    starts.toString().replace(" ", ""));
            AtomicInteger calls = new AtomicInteger();
            FlowModel counted = patches -> {
                calls.incrementAndGet();
                return formula(patches);
            };
            OpticalFlow flow = new TiledFlow(counted, tiles)
                    .between(
                            GeneratedPicture.of(0, 3, sizes[0], sizes[1]),
                            GeneratedPicture.of(2, 4, sizes[0], sizes[1]),
                            FlowProgress.NONE);
            assertEquals(sizes[0], flow.width());
            assertEquals(sizes[1], flow.height());
            assertEquals(element.getAsJsonObject().get("flow").getAsLong(), crc(flow.flow()), element.toString());
            assertEquals(Set.copyOf(starts).size(), calls.get(), "each tile is computed once");
            compared++;
        }
        assertTrue(compared >= 10, "hardly any cases");
    }

    /** Also where the published example fails, since its last tile but one would reach over the edge. */
    @Test
    void everyPixelIsInATileAndEveryTileInThePicture() {
        for (int overlap = 0; overlap < 10; overlap++) {
            FlowTiles tiles = new FlowTiles(10, 13, overlap);
            for (int height = 10; height < 45; height++) {
                for (int width : new int[] {13, 14, 20, 26, 27, 40}) {
                    boolean[] covered = new boolean[width * height];
                    for (Tile tile : tiles.over(new ImageSize(width, height))) {
                        assertTrue(tile.top() >= 0 && tile.top() + 10 <= height);
                        assertTrue(tile.left() >= 0 && tile.left() + 13 <= width);
                        for (int y = tile.top(); y < tile.top() + 10; y++) {
                            for (int x = tile.left(); x < tile.left() + 13; x++) {
                                covered[y * width + x] = true;
                            }
                        }
                    }
                    for (boolean pixel : covered) {
                        assertTrue(pixel);
                    }
                }
            }
        }
    }

    @Test
    void theSameFlowEverywhereIsThatFlowInPixels() {
        Tensor everywhere = Tensor.zeros(10, 14, 2);
        for (int i = 0; i < everywhere.size(); i++) {
            everywhere.data()[i] = i % 2 == 0 ? 0.25f : -0.5f;
        }
        OpticalFlow flow = new TiledFlow(_ -> everywhere, FlowTiles.of(10, 14))
                .between(GeneratedPicture.of(0, 3, 50, 31), GeneratedPicture.of(0, 4, 50, 31), FlowProgress.NONE);
        for (int y = 0; y < 31; y++) {
            for (int x = 0; x < 50; x++) {
                assertEquals(5f, flow.right(x, y), 1e-5f);
                assertEquals(-10f, flow.down(x, y), 1e-5f);
            }
        }
        OpticalFlow.Magnitudes magnitudes = flow.magnitudes();
        assertEquals(Math.sqrt(125), magnitudes.mean(), 1e-5);
        assertEquals(Math.sqrt(125), magnitudes.largest(), 1e-5);
        assertEquals(50 * 31, magnitudes.known());
    }

    @Test
    void theMiddleOfATileCountsMost() {
        Tile tile = new Tile(0, 0, 368, 496);
        IntBinaryOperator weight = tile::weight;
        assertEquals(1, weight.applyAsInt(0, 200));
        assertEquals(1, weight.applyAsInt(367, 200));
        assertEquals(1, weight.applyAsInt(100, 495));
        assertEquals(184, weight.applyAsInt(183, 250));
        assertEquals(184, weight.applyAsInt(184, 250));
        assertEquals(11, weight.applyAsInt(100, 10));
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        RgbImage small = GeneratedPicture.of(0, 1, 13, 30);
        RgbImage large = GeneratedPicture.of(0, 1, 30, 30);
        TiledFlow flow = new TiledFlow(TiledFlowTest::formula, FlowTiles.of(10, 14));
        assertEquals(
                "pictures of 13 x 30 pixels are smaller than the 14 x 10 that the model takes; scale them up first, or fill"
                        + " them up at their edges",
                assertThrows(IllegalArgumentException.class, () -> flow.between(small, small, FlowProgress.NONE))
                        .getMessage());
        assertEquals(
                "optical flow is between two pictures of one size, found 30 x 30 and 13 x 30 pixels; scale or crop one of"
                        + " them first",
                assertThrows(IllegalArgumentException.class, () -> flow.between(large, small, FlowProgress.NONE))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> flow.between(null, small, FlowProgress.NONE));
        assertThrows(IllegalArgumentException.class, () -> new FlowTiles(368, 496, 368));
        assertThrows(IllegalArgumentException.class, () -> new FlowTiles(368, 496, -1));
        assertEquals(20, FlowTiles.of(368, 496).overlap());
        TiledFlow wrong = new TiledFlow(_ -> Tensor.zeros(14, 10, 2), FlowTiles.of(10, 14));
        String message = assertThrows(IllegalStateException.class, () -> wrong.between(large, large, FlowProgress.NONE))
                .getMessage();
        assertTrue(message.contains("expected [10, 14, 2], found Tensor[14, 10, 2]"), message);
        assertThrows(IllegalArgumentException.class, () -> new OpticalFlow(Tensor.zeros(3, 2)));
        assertThrows(IllegalArgumentException.class, () -> new OpticalFlow(Tensor.zeros(0, 3, 2)));
        assertThrows(IllegalArgumentException.class, () -> new OpticalFlow(Tensor.zeros(3, 3, 3)));
        assertFalse(new OpticalFlow(Tensor.of(new float[] {Float.NaN, 0}, 1, 1, 2)).isKnown(0, 0));
    }
}

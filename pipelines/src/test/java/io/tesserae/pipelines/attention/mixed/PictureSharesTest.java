package io.tesserae.pipelines.attention.mixed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.loaders.processor.ResampleFilter;
import io.tesserae.loaders.processor.TileGrid;
import io.tesserae.loaders.processor.TiledImageProcessor;
import io.tesserae.loaders.processor.TiledImageProcessorConfig;
import io.tesserae.model.PictureRows;
import io.tesserae.pipelines.attention.PatchGrid;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Nothing of what a token looks at is lost on the way to a picture's patches, and all of it lies where it belongs. */
class PictureSharesTest {

    private static Tensor random(Random random, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = random.nextFloat();
        }
        return tensor;
    }

    private static double sum(Tensor tensor, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += tensor.data()[i];
        }
        return sum;
    }

    @Property(tries = 200)
    void aPictureHasWhatItsTilesHave(
            @ForAll long seed,
            @ForAll @IntRange(max = 3) int tileRows,
            @ForAll @IntRange(min = 1, max = 3) int tileColumns,
            @ForAll @IntRange(min = 1, max = 4) int side,
            @ForAll @IntRange(min = 1, max = 3) int tokens) {
        Random random = new Random(seed);
        TileGrid grid = tileRows == 0 ? TileGrid.WHOLE : new TileGrid(tileRows, tileColumns);
        PictureShares shares = new PictureShares(PictureRows.tokens(1, side, side));
        List<Tensor> tiles = new ArrayList<>();
        for (int tile = 0; tile < grid.tiles(); tile++) {
            tiles.add(random(random, tokens, side * side));
        }
        Tensor picture = shares.ofPicture(tiles, grid);
        int patches = shares.gridRows(grid) * shares.gridColumns(grid);
        assertArrayEquals(new int[] {1, tokens, patches}, picture.shape());
        for (int token = 0; token < tokens; token++) {
            int from = token * side * side;
            double expected = tiles.stream()
                    .mapToDouble(tile -> sum(tile, from, from + side * side))
                    .sum();
            assertEquals(expected, sum(picture, token * patches, (token + 1) * patches), 1e-4 * expected);
        }
    }

    /** One row of two tiles, of two patches each way; the picture has 2 x 4. */
    @Example
    void tilesLieAsTheyWereCut() {
        PictureShares shares = new PictureShares(PictureRows.tokens(1, 2, 2));
        Tensor left = Tensor.of(new float[] {1, 2, 3, 4}, 1, 4);
        Tensor right = Tensor.of(new float[] {5, 6, 7, 8}, 1, 4);
        Tensor whole = Tensor.of(new float[] {100, 200, 300, 400}, 1, 4);
        Tensor picture = shares.ofPicture(List.of(left, right, whole), new TileGrid(1, 2));
        assertArrayEquals(new float[] {51, 52, 105, 106, 153, 154, 207, 208}, picture.data());
    }

    /** What a token looks at in a tile lies where the processor says that the tile was cut. */
    @Property(tries = 100)
    void aPatchLiesInItsTile(
            @ForAll @IntRange(min = 3, max = 14) int width,
            @ForAll @IntRange(min = 3, max = 14) int height,
            @ForAll @IntRange(min = 1, max = 3) int side) {
        List<Double> halves = List.of(0.5, 0.5, 0.5);
        TiledImageProcessor processor = new TiledImageProcessor(
                new TiledImageProcessorConfig(Optional.empty(), ResampleFilter.LANCZOS, true, 4, 1, halves, halves),
                Engine.shared());
        TileGrid grid = processor.grid(width, height);
        List<Region> regions = processor.seenRegions(width, height);
        PictureShares shares = new PictureShares(PictureRows.tokens(1, side, side));
        PatchGrid patches = new PatchGrid(
                new RgbImage(width, height, new byte[3 * width * height]),
                new Region(0, 0, width, height),
                shares.gridRows(grid),
                shares.gridColumns(grid));
        for (int seen = 0; seen < regions.size(); seen++) {
            List<Tensor> tiles = new ArrayList<>();
            for (int tile = 0; tile < regions.size(); tile++) {
                tiles.add(Tensor.zeros(1, side * side));
            }
            Arrays.fill(tiles.get(seen).data(), 1f);
            float[] map = shares.ofPicture(tiles, grid).data();
            double area = 0;
            for (int patch = 0; patch < map.length; patch++) {
                Region box = patches.box(patch);
                if (map[patch] > 0) {
                    assertTrue(isWithin(box, regions.get(seen)), box + " of tile " + seen + " of " + regions);
                    area += box.width() * box.height();
                }
            }
            assertEquals(regions.get(seen).width() * regions.get(seen).height(), area, 1e-6 * area);
        }
    }

    private static boolean isWithin(Region box, Region tile) {
        double slack = 1e-6;
        return box.left() >= tile.left() - slack
                && box.top() >= tile.top() - slack
                && box.left() + box.width() <= tile.left() + tile.width() + slack
                && box.top() + box.height() <= tile.top() + tile.height() + slack;
    }

    @Property(tries = 100)
    void latentsPassOnWhatTheyGot(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int heads,
            @ForAll @IntRange(min = 1, max = 5) int latents,
            @ForAll @IntRange(min = 1, max = 3) int blocks) {
        Random random = new Random(seed);
        PictureRows rows = PictureRows.memory(1, 1, 2, 3);
        Tensor looking = random(random, heads, 2, latents); // [heads, tokens, latents]
        List<Tensor> resampler = new ArrayList<>();
        for (int block = 0; block < blocks; block++) {
            resampler.add(random(random, heads, latents, rows.count() + latents));
        }
        Tensor found = new PictureShares(rows)
                .ofTile(looking, Optional.of(PictureShares.ofLatents(resampler, rows))); // [tokens, patches]
        for (int token = 0; token < 2; token++) {
            for (int patch = 0; patch < 6; patch++) {
                double expected = 0;
                for (int latent = 0; latent < latents; latent++) {
                    double toLatent = 0;
                    double toPatch = 0;
                    for (int head = 0; head < heads; head++) {
                        toLatent += looking.data()[(head * 2 + token) * latents + latent];
                        for (Tensor block : resampler) {
                            toPatch += block.data()[(head * latents + latent) * (rows.count() + latents) + 1 + patch];
                        }
                    }
                    expected += toLatent / heads * toPatch / (heads * blocks);
                }
                assertEquals(expected, found.data()[token * 6 + patch], 1e-5 * expected);
            }
        }
    }

    @Example
    void withoutAResamplerTheClassTokensRowIsLeftOut() {
        Tensor looking = Tensor.of(new float[] {0.5f, 0.25f, 0.125f, 0.5f, 0.75f, 0.125f}, 2, 1, 3);
        Tensor found = new PictureShares(PictureRows.memory(1, 1, 1, 2)).ofTile(looking, Optional.empty());
        assertArrayEquals(new float[] {0.5f, 0.125f}, found.data());
    }
}

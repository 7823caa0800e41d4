package io.tesserae.pipelines.attention.mixed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.loaders.processor.TileGrid;
import io.tesserae.model.PictureRows;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
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

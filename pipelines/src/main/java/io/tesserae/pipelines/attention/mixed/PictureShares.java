package io.tesserae.pipelines.attention.mixed;

import io.tesserae.loaders.processor.TileGrid;
import io.tesserae.model.PictureRows;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * From what tokens look at to patches of a picture, means of heads throughout.
 *
 * @param rows what a vision tower makes of a tile
 */
record PictureShares(PictureRows rows) {

    /** A resampler's maps, {@code [latents, rows of the tower]}: the mean over its blocks and heads. */
    static Tensor ofLatents(List<Tensor> blocks, PictureRows rows) {
        int latents = blocks.getFirst().dimension(1);
        double[] sum = new double[latents * rows.count()];
        for (Tensor block : blocks) { // [heads, latents, rows + latents]
            int columns = block.dimension(2);
            for (int line = 0; line < block.dimension(0) * latents; line++) {
                int to = line % latents * rows.count();
                for (int row = 0; row < rows.count(); row++) {
                    sum[to + row] += block.data()[line * columns + row];
                }
            }
        }
        return mean(sum, blocks.size() * blocks.getFirst().dimension(0), latents, rows.count());
    }

    /** A layer's map, {@code [tokens, rows]}, of {@code [heads, tokens, rows]}. */
    private static Tensor meanOfHeads(Tensor map) {
        int size = map.dimension(1) * map.dimension(2);
        double[] sum = new double[size];
        for (int i = 0; i < map.size(); i++) {
            sum[i % size] += map.data()[i];
        }
        return mean(sum, map.dimension(0), map.dimension(1), map.dimension(2));
    }

    private static Tensor mean(double[] sum, int count, int rows, int columns) {
        float[] mean = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            mean[i] = (float) (sum[i] / count);
        }
        return Tensor.of(mean, rows, columns);
    }

    /**
     * A layer's map of a tile, on its patches.
     *
     * @param map {@code [heads, tokens, rows]}, or {@code [heads, tokens, latents]}
     * @param latents {@code [latents, rows]}, how these look at rows; empty where tokens do so themselves. A token looks at a row as much
     *     as at each latent times what that latent looks at the row
     * @return {@code [tokens, patches]}: the rows before the first patch are left out
     */
    Tensor ofTile(Tensor map, Optional<Tensor> latents) {
        Tensor ofRows =
                latents.map(reading -> product(meanOfHeads(map), reading)).orElseGet(() -> meanOfHeads(map));
        int tokens = ofRows.dimension(0);
        int patches = rows.rows() * rows.columns();
        Tensor ofPatches = Tensor.zeros(tokens, patches);
        for (int token = 0; token < tokens; token++) {
            System.arraycopy(
                    ofRows.data(), token * rows.count() + rows.prefix(), ofPatches.data(), token * patches, patches);
        }
        return ofPatches;
    }

    private static Tensor product(Tensor first, Tensor second) {
        int inner = first.dimension(1);
        int columns = second.dimension(1);
        Tensor product = Tensor.zeros(first.dimension(0), columns);
        double[] sum = new double[columns];
        for (int row = 0; row < first.dimension(0); row++) {
            Arrays.fill(sum, 0);
            for (int k = 0; k < inner; k++) {
                double factor = first.data()[row * inner + k];
                for (int column = 0; column < columns; column++) {
                    sum[column] += factor * second.data()[k * columns + column];
                }
            }
            for (int column = 0; column < columns; column++) {
                product.data()[row * columns + column] = (float) sum[column];
            }
        }
        return product;
    }

    /** Patches of a picture that is cut into tiles, from top to bottom. */
    int gridRows(TileGrid grid) {
        return Math.multiplyExact(rows.rows(), Math.max(1, grid.rows()));
    }

    /** Likewise from left to right. */
    int gridColumns(TileGrid grid) {
        return Math.multiplyExact(rows.columns(), Math.max(1, grid.columns()));
    }

    /**
     * The maps of a picture's tiles as one, as fine as the tiles are. What falls on a patch of the whole picture, which is the last tile,
     * is spread over all fine patches that lie on it: so nothing is lost, and nothing counted twice.
     *
     * @param tiles {@code [tokens, patches]} each, in the order of the batch
     * @return {@code [1, tokens, patches of the picture]}, as a map of one head
     */
    Tensor ofPicture(List<Tensor> tiles, TileGrid grid) {
        int tokens = tiles.getFirst().dimension(0);
        int columns = gridColumns(grid);
        int patches = Math.multiplyExact(gridRows(grid), columns);
        Tensor whole = tiles.getLast();
        if (!grid.isCut()) {
            return whole.reshape(1, tokens, patches);
        }
        int ofTile = rows.rows() * rows.columns();
        Tensor picture = Tensor.zeros(1, tokens, patches);
        float part = 1f / (grid.rows() * grid.columns());
        for (int token = 0; token < tokens; token++) {
            for (int patch = 0; patch < patches; patch++) {
                int y = patch / columns;
                int x = patch % columns;
                Tensor tile = tiles.get(y / rows.rows() * grid.columns() + x / rows.columns());
                int inTile = y % rows.rows() * rows.columns() + x % rows.columns();
                int inWhole = y / grid.rows() * rows.columns() + x / grid.columns();
                picture.data()[token * patches + patch] =
                        tile.data()[token * ofTile + inTile] + part * whole.data()[token * ofTile + inWhole];
            }
        }
        return picture;
    }
}

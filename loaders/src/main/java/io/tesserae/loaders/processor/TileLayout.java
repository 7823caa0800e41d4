package io.tesserae.loaders.processor;

/**
 * How a picture is brought to a size that tiles fill without a rest.
 *
 * @param resized its size after the first resizing
 * @param spread its size after the second, that of all tiles side by side
 * @param grid the tiles
 */
record TileLayout(ImageSize resized, ImageSize spread, TileGrid grid) {

    /**
     * @throws IllegalArgumentException if the picture cannot be resized, because it is too long and narrow, or comes out too
     *     large
     */
    static TileLayout of(TiledImageProcessorConfig config, ImageSize picture) {
        ImageSize resized = config.resize().map(target -> target.of(picture)).orElse(picture);
        int side = config.tileSide();
        ImageSize spread = config.splitting() ? multiples(resized, side) : new ImageSize(side, side);
        boolean cut = spread.width() > side || spread.height() > side;
        TileGrid grid = cut ? new TileGrid(spread.height() / side, spread.width() / side) : TileGrid.WHOLE;
        if (Math.max(resized.pixels(), grid.tiles() * side * side) > ImageProcessor.OUTPUT_PIXEL_LIMIT) {
            throw new IllegalArgumentException("a picture of " + picture + " pixels would be resized to " + resized
                    + ", and come out as " + grid.tiles() + " tiles of " + side + " x " + side + "; at most "
                    + ImageProcessor.OUTPUT_PIXEL_LIMIT + " pixels are allowed. Crop it, or scale it down first");
        }
        return new TileLayout(resized, spread, grid);
    }

    /**
     * The size whose longer side is the next multiple of a tile's, and whose shorter side is the next multiple beyond what
     * keeps the picture's shape. Numbers are rounded as the reference rounds them, which sometimes finds nothing of a
     * picture that is one pixel wide.
     */
    private static ImageSize multiples(ImageSize picture, int side) {
        double aspect = (double) picture.width() / picture.height();
        boolean wide = picture.width() >= picture.height();
        long longer = multiple(Math.max(picture.width(), picture.height()), side);
        long shorter = multiple((long) (wide ? longer / aspect : longer * aspect), side);
        if (shorter < 1 || longer > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a picture of " + picture
                    + " pixels is too long and narrow to be cut into tiles of " + side + " x " + side);
        }
        return wide ? new ImageSize((int) longer, (int) shorter) : new ImageSize((int) shorter, (int) longer);
    }

    private static long multiple(long length, int side) {
        return Math.ceilDiv(length, side) * side;
    }
}

package io.tesserae.fuzz;

import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import java.util.List;

/** What the targets for picture files have in common: what is read is a picture, and a small file makes no gigabytes. */
interface PictureTarget extends FuzzTarget {

    @Override
    default void read(byte[] input) {
        readPicture(input);
    }

    /** Reads a file; the picture's own size is part of the contract. */
    static void readPicture(byte[] file) {
        RgbImage image = ImageFiles.read(file, "input");
        long pixels = (long) image.width() * image.height();
        if (pixels > ImageFiles.PIXEL_LIMIT || image.pixels().length != pixels * RgbImage.CHANNELS) {
            throw new Contract.Finding("a picture of " + image.width() + " x " + image.height() + " pixels");
        }
    }

    @Override
    default List<Class<? extends RuntimeException>> refusals() {
        return List.of(ImageException.class);
    }

    /**
     * A byte of deflated data is up to 1032, or 8256 pixels of one bit, and each of those three bytes, twice where the picture is turned:
     * that is what compression can do, and no reader can know better before it has unpacked it.
     */
    @Override
    default Bound bound() {
        return new Bound(16 << 20, 50_000);
    }

    @Override
    default int longestInput() {
        return 4 << 10;
    }
}

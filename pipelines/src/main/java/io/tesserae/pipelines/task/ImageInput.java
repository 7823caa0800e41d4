package io.tesserae.pipelines.task;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A picture that is read when its turn comes, so that a list of ten thousand files is not ten thousand pictures in memory.
 *
 * @param name what messages call it
 * @param reader reads it, or throws {@link io.tesserae.loaders.image.ImageException}; called once for every pass through a pipeline, on any thread
 */
public record ImageInput(String name, Supplier<RgbImage> reader) {

    /** Checks that both are there. */
    public ImageInput {
        Arguments.require(name, "name");
        Arguments.require(reader, "reader");
    }

    /** A file, as {@link ImageFiles#read(Path)} reads it. */
    public static ImageInput of(Path file) {
        return new ImageInput(Arguments.require(file, "file").toString(), () -> ImageFiles.read(file));
    }

    /** The bytes of a file. */
    public static ImageInput of(byte[] bytes, String name) {
        Arguments.require(bytes, "bytes");
        return new ImageInput(name, () -> ImageFiles.read(bytes, name));
    }

    /** A picture that is in memory already. */
    public static ImageInput of(RgbImage image) {
        Arguments.require(image, "image");
        return new ImageInput("a picture of " + image.width() + " x " + image.height() + " pixels", () -> image);
    }
}

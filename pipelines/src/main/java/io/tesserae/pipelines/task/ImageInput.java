package io.tesserae.pipelines.task;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
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

    /** The bytes of a file without a name. */
    public static ImageInput of(byte[] bytes) {
        return of(bytes, "a picture of " + Arguments.require(bytes, "bytes").length + " bytes");
    }

    /**
     * A file's bytes, which are read now, to the stream's end; whoever opened the stream closes it.
     *
     * @throws ImageException if reading fails, or there are more than {@link ImageFiles#BYTE_LIMIT}
     */
    public static ImageInput of(InputStream bytes) {
        Arguments.require(bytes, "bytes");
        try {
            byte[] read = bytes.readNBytes(ImageFiles.BYTE_LIMIT + 1);
            if (read.length > ImageFiles.BYTE_LIMIT) {
                throw new ImageException(
                        "a stream: a picture file of more than " + ImageFiles.BYTE_LIMIT + " bytes is not read");
            }
            return of(read);
        } catch (IOException e) {
            throw new ImageException("a stream cannot be read: " + e, e);
        } catch (OutOfMemoryError e) {
            throw new ImageException("too little memory to read a stream. Give the JVM more with -Xmx", e);
        }
    }

    /** A picture that is in memory already, as the JDK has it: {@link ImageFiles#of(BufferedImage)}. */
    public static ImageInput of(BufferedImage image) {
        Arguments.require(image, "image");
        String name = "a picture of " + image.getWidth() + " x " + image.getHeight() + " pixels";
        return new ImageInput(name, () -> ImageFiles.of(image));
    }

    /** A picture that is in memory already. */
    public static ImageInput of(RgbImage image) {
        Arguments.require(image, "image");
        return new ImageInput("a picture of " + image.width() + " x " + image.height() + " pixels", () -> image);
    }
}

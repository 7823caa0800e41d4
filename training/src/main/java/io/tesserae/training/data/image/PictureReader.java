package io.tesserae.training.data.image;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.failure.TrainingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * From a picture's file to its pixel values.
 *
 * @param pictures from a file to its picture: {@link ImageFiles#read(Path)}, or what keeps the pictures that it has read
 * @param processor from a picture to {@code [channels, height, width]}: an image processor's {@code process}, after an augmentation
 *     if there is one
 */
public record PictureReader(Function<Path, RgbImage> pictures, Function<RgbImage, Tensor> processor) {

    /** Checks that both are there. */
    public PictureReader {
        Arguments.require(pictures, "pictures");
        Arguments.require(processor, "processor");
    }

    /** Reads a file whenever its picture is asked for. */
    public PictureReader(Function<RgbImage, Tensor> processor) {
        this(ImageFiles::read, processor);
    }

    /**
     * Reads a picture, and prepares it.
     *
     * @return {@code [channels, height, width]}
     * @throws TrainingException if it cannot be read or prepared; the message names the file
     */
    public Tensor pixelValues(Path file) {
        return naming(file, () -> processor.apply(pictures.apply(file)));
    }

    /**
     * Reads a picture as it is.
     *
     * @throws TrainingException if it cannot be read; the message names the file
     */
    public RgbImage picture(Path file) {
        return naming(file, () -> pictures.apply(file));
    }

    private static <R> R naming(Path file, Supplier<R> work) {
        try {
            return work.get();
        } catch (ImageException e) {
            String message = String.valueOf(e.getMessage());
            throw new TrainingException(message.startsWith(file.toString()) ? message : file + ": " + message, e);
        } catch (IllegalArgumentException e) {
            throw new TrainingException(file + ": " + e.getMessage(), e);
        }
    }

    /** Whether there is such a file, with something in it: what can be known of a picture before it is read. */
    static boolean isThere(Path file) {
        return Files.isRegularFile(file) && file.toFile().length() > 0;
    }
}

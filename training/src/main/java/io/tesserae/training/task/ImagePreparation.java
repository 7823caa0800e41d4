package io.tesserae.training.task;

import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.ResampleFilter;
import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.augmentation.Augmentation;
import io.tesserae.training.augmentation.PixelNormalization;
import io.tesserae.training.augmentation.RandomHorizontalFlip;
import io.tesserae.training.augmentation.RandomNumbers;
import io.tesserae.training.augmentation.RandomResizedCrop;
import io.tesserae.training.augmentation.Range;
import io.tesserae.training.data.image.PictureReader;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How pictures become batches: as the checkpoint's processor has it, or, for training, a random part of each at the same size, and every
 * second one mirrored. The parts are those of transformers' {@code run_image_classification.py}: torchvision's {@code
 * RandomResizedCrop} with its defaults, then {@code RandomHorizontalFlip}.
 */
final class ImagePreparation {

    private static final Range SHARE = new Range(0.08, 1);

    private final ImageProcessor processor;
    private final PixelNormalization normalization;
    private final PictureCache pictures = new PictureCache();

    private ImagePreparation(ImageProcessor processor) {
        this.processor = processor;
        this.normalization = PixelNormalization.of(processor.config());
    }

    /** As the checkpoint's files say. */
    static ImagePreparation of(ModelFiles files) {
        return new ImagePreparation(AutoImageProcessor.fromPretrained(files));
    }

    /** What a drawn number depends on, beside the example. */
    record Draws(long seed, long epoch) {}

    /** Reads pictures as the model is used: {@code [channels, height, width]} each. */
    PictureReader reader() {
        return reader(processor::process);
    }

    /** Pictures as the model is used. */
    ImageBatch plain(List<Path> files) {
        return ImageBatch.of(files.stream().map(reader()::pixelValues).toList());
    }

    /**
     * Pictures for training, each drawn by seed, epoch and example.
     *
     * @param examples which examples the files are
     */
    ImageBatch augmented(List<Path> files, int[] examples, Draws draws) {
        return ImageBatch.of(IntStream.range(0, examples.length)
                .mapToObj(i -> {
                    RandomNumbers random = RandomNumbers.of(draws.seed(), draws.epoch(), examples[i], 0);
                    return reader(image ->
                                    normalization.apply(augmentation(image).apply(image, random)))
                            .pixelValues(files.get(i));
                })
                .toList());
    }

    /** Reads pictures, each once if there is room for it, and prepares them as it is told. */
    PictureReader reader(Function<RgbImage, Tensor> preparation) {
        return new PictureReader(pictures::get, preparation);
    }

    /**
     * A picture as it is.
     *
     * @throws io.tesserae.training.failure.TrainingException if it cannot be read; the message names the file
     */
    RgbImage picture(Path file) {
        return reader().picture(file);
    }

    /** Only the values of pictures that have their size. */
    PixelNormalization normalization() {
        return normalization;
    }

    /** A part of the picture at the size that the processor gives it. */
    private Augmentation augmentation(RgbImage image) {
        return Augmentation.inOrder(List.of(
                new RandomResizedCrop(
                        processor.outputSize(image.width(), image.height()),
                        SHARE,
                        RandomResizedCrop.USUAL_RATIO,
                        ResampleFilter.BILINEAR),
                new RandomHorizontalFlip(0.5)));
    }
}

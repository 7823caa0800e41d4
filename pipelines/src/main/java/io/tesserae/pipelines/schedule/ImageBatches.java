package io.tesserae.pipelines.schedule;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.ModelLoadingException;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.ImageProcessor;
import io.tesserae.loaders.image.ImageSize;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageGrid;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * From pictures to batches of pixel values: read, resized and normalised by the engine's threads, a picture each, so that
 * at no time are more pictures in memory than there are threads.
 */
public record ImageBatches(ImageProcessor processor, ImageEncoder encoder, Engine engine) {

    /** Where nobody says how many pictures go together: about this many tokens, which keeps all matrices tall enough. */
    private static final int BATCH_TOKENS = 1024;

    /** How many pictures go through the model together. */
    public int batchSize(int asked) {
        int patches = encoder.grid().gridHeight() * encoder.grid().gridWidth();
        return asked > 0 ? asked : Math.max(1, BATCH_TOKENS / patches);
    }

    /**
     * Answers to pictures, batch by batch, in their order.
     *
     * @param work answers the pictures of a batch, in their order
     * @throws ImageException if one cannot be read, or there is too little memory
     */
    public <A> List<A> answer(List<ImageInput> images, int asked, Function<List<ImageInput>, List<A>> work) {
        return RunningOutOfMemory.refusesPictures(() -> {
            List<A> answers = new ArrayList<>();
            for (List<ImageInput> batch : cut(images, asked)) {
                answers.addAll(work.apply(batch));
            }
            return List.copyOf(answers);
        });
    }

    private List<List<ImageInput>> cut(List<ImageInput> images, int asked) {
        int batchSize = batchSize(asked);
        Arguments.requireAll(images, "images");
        List<List<ImageInput>> cut = new ArrayList<>();
        for (int from = 0; from < images.size(); from += batchSize) {
            cut.add(images.subList(from, Math.min(images.size() - from, batchSize) + from));
        }
        return cut;
    }

    /** Pixel values of pictures, in their order. */
    public ImageBatch read(List<ImageInput> inputs) {
        Tensor[] pixelValues = new Tensor[inputs.size()]; // [channels, height, width] each
        engine.machine().workers().run(inputs.size(), (index, thread) -> {
            ImageInput input = inputs.get(index);
            pixelValues[index] = process(input.reader().get(), input.name());
        });
        return ImageBatch.of(Arrays.asList(pixelValues));
    }

    private Tensor process(RgbImage image, String name) {
        try {
            requireFewPatches(image, processor, encoder);
            return processor.process(image);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        } catch (ImageException e) {
            throw new ImageException(name + ": " + e.getMessage(), e);
        }
    }

    /** Refuses a picture that no model would take, before it becomes pixel values: a long and narrow one may be gigabytes of them. */
    public static void requireFewPatches(RgbImage image, ImageProcessor processor, ImageEncoder encoder) {
        ImageSize size = processor.outputSize(image.width(), image.height());
        long patches = encoder.grid().patchesIn(size.height(), size.width());
        if (patches > ImageGrid.PATCH_LIMIT) {
            throw new IllegalArgumentException("a picture of " + image.width() + " x " + image.height()
                    + " pixels comes out at " + size + ", which is " + patches + " patches of "
                    + encoder.patchWidth() + " x " + encoder.patchHeight() + "; at most " + ImageGrid.PATCH_LIMIT
                    + " are taken, since the work grows with their square. Crop it, or have it prepared for a smaller"
                    + " size");
        }
    }

    /** What a processor makes of pictures must be what the model takes: three channels. */
    public void requireColour(String where) {
        if (encoder.channels() != RgbImage.CHANNELS) {
            throw new ModelLoadingException(where + ": num_channels: expected " + RgbImage.CHANNELS
                    + ", for red, green and blue, found " + encoder.channels()
                    + "; use the model itself, with pixel values of your own");
        }
    }
}

package io.tesserae.pipelines.schedule;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.model.ImageBackbone;
import io.tesserae.model.ImageBatch;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * From pictures to batches of pixel values: read, resized and normalised by the engine's threads, a picture each, so that
 * at no time are more pictures in memory than there are threads.
 */
public record ImageBatches(ImageProcessor processor, ImageBackbone backbone, Engine engine) {

    /** Tokens of a batch by default, roughly: enough rows for every product to run at full speed. */
    private static final int BATCH_TOKENS = 1024;

    /** How many pictures go through the model together. */
    public int batchSize(int asked) {
        return asked > 0 ? asked : Math.max(1, BATCH_TOKENS / backbone.tokens());
    }

    /** What a pipeline does with pictures: each is what the model sees of it, and what the model says of it is the answer. */
    public <A> Work<ImageInput, ImageInput, A, A> work(Function<ImageBatch, List<A>> forward) {
        return new OnPictures<>(this, forward);
    }

    private record OnPictures<A>(ImageBatches batches, Function<ImageBatch, List<A>> forward)
            implements Work<ImageInput, ImageInput, A, A> {

        @Override
        public List<ImageInput> encode(ImageInput input) {
            return List.of(input); // read with its batch, by all threads
        }

        @Override
        public int size(ImageInput picture) {
            return batches.backbone().tokens();
        }

        @Override
        public Outcome<A> run(List<ImageInput> batch) {
            return batches.run(batch, forward);
        }

        @Override
        public A answer(ImageInput input, List<ImageInput> pictures, List<A> results) {
            return results.getFirst();
        }

        @Override
        public <T> T withinMemory(Supplier<T> work) {
            return RunningOutOfMemory.refusesPictures(work);
        }
    }

    /**
     * Reads pictures, and runs a model on those before the first that cannot be read.
     *
     * @param forward may get fewer pictures than there are; is not called for none
     */
    public <A> Work.Outcome<A> run(List<ImageInput> inputs, Function<ImageBatch, List<A>> forward) {
        Tensor[] pixelValues = new Tensor[inputs.size()]; // [channels, height, width] each
        RuntimeException[] failures = new RuntimeException[inputs.size()];
        engine.machine().workers().run(inputs.size(), (index, thread) -> {
            ImageInput input = inputs.get(index);
            try {
                pixelValues[index] = process(input.reader().get(), input.name());
            } catch (RuntimeException e) {
                failures[index] = e;
            }
        });
        int good = 0;
        while (good < failures.length && failures[good] == null) {
            good++;
        }
        RuntimeException failure = good < failures.length ? failures[good] : null;
        List<Tensor> images = Arrays.asList(pixelValues).subList(0, good);
        return new Work.Outcome<>(images.isEmpty() ? List.of() : forward.apply(ImageBatch.of(images)), failure);
    }

    private Tensor process(RgbImage image, String name) {
        try {
            requireModest(image, processor, backbone);
            return processor.process(image);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        } catch (ImageException e) {
            throw new ImageException(name + ": " + e.getMessage(), e);
        }
    }

    /** Refuses a picture that no model would take, before it becomes pixel values: a long and narrow one may be gigabytes of them. */
    public static void requireModest(RgbImage image, ImageProcessor processor, ImageBackbone backbone) {
        ImageSize size = processor.outputSize(image.width(), image.height());
        backbone.excess(size.height(), size.width()).ifPresent(excess -> {
            throw new IllegalArgumentException("a picture of " + image.width() + " x " + image.height()
                    + " pixels comes out at " + size + ", " + excess
                    + ". Crop it, or have it prepared for a smaller size");
        });
    }

    /** What a processor makes of pictures must be what the model takes: three channels. */
    public void requireColour(String where) {
        if (backbone.channels() != RgbImage.CHANNELS) {
            throw new ModelLoadingException(where + ": num_channels: expected " + RgbImage.CHANNELS
                    + ", for red, green and blue, found " + backbone.channels()
                    + "; use the model itself, with pixel values of your own");
        }
    }
}

package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.OutputOptions;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.ImageBatches;
import io.tesserae.pipelines.schedule.RunningOutOfMemory;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A picture in, the attention maps of every layer out: where each token of a vision transformer looks.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class ImageAttentionPipeline implements Pipeline<ImageInput, ImageAttentionOptions, ImageAttention> {

    /** The task {@code image-attention}. */
    public static final PipelineTask<ImageAttentionPipeline> TASK =
            new PipelineTask<>(ImageAttentionPipeline.class, List.of("image-attention"), ImageAttentionPipeline::load);

    private static final OutputOptions ATTENTIONS = new OutputOptions(false, true);

    private final AutoVisionModel model;
    private final ImageBatches batches;
    private final String description;
    private final Calls calls;

    private static ImageAttentionPipeline load(Checkpoint checkpoint, Engine engine) {
        ImageProcessor processor = AutoImageProcessor.fromPretrained(checkpoint, engine);
        var model = AutoVisionModel.fromPretrained(checkpoint, engine);
        return SideBySideLoading.closingOnFailure(
                model,
                () -> new ImageAttentionPipeline(
                        processor, model, checkpoint.files().describe("config.json")));
    }

    /**
     * A pipeline of a processor and a model that are loaded already; it closes the model.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if the model takes no pictures in colour
     */
    public static ImageAttentionPipeline of(ImageProcessor processor, AutoVisionModel model) {
        Arguments.require(processor, "processor");
        Arguments.require(model, "model");
        return new ImageAttentionPipeline(processor, model, model.config().toString());
    }

    private ImageAttentionPipeline(ImageProcessor processor, AutoVisionModel model, String where) {
        this.model = model;
        this.batches = new ImageBatches(processor, model.encoder(), model.engine());
        this.description = Descriptions.of(TASK, model.config(), model.engine());
        this.calls = Calls.UNHEARD;
        batches.requireColour(where);
    }

    private ImageAttentionPipeline(ImageAttentionPipeline other, Calls calls) {
        this.model = other.model;
        this.batches = other.batches;
        this.description = other.description;
        this.calls = calls;
    }

    /** Attention over a picture in a file, at the size that the model was made for. */
    public ImageAttention attend(Path file) {
        return answer(ImageInput.of(file));
    }

    /** Attention over a picture, at the size that the model was made for. */
    public ImageAttention attend(ImageInput input) {
        return answer(input);
    }

    /**
     * Attention over a picture at another size: the larger, the finer the map. The position embeddings are interpolated.
     *
     * @param imageSize height and width of what the model is fed, in pixels; cut down to whole patches
     * @throws IllegalArgumentException if the maps of all layers would not fit into memory
     */
    public ImageAttention attend(ImageInput input, int imageSize) {
        return answer(input, ImageAttentionOptions.DEFAULT.withImageSize(imageSize));
    }

    /**
     * Attention over each picture, one at a time.
     *
     * @throws IllegalArgumentException if the size is not one patch, or the maps of all layers would not fit into memory
     */
    @Override
    public List<ImageAttention> answer(List<? extends ImageInput> inputs, ImageAttentionOptions options) {
        return calls.list(inputs, 1, new Attending(options));
    }

    @Override
    public Stream<ImageAttention> answer(Stream<? extends ImageInput> inputs, ImageAttentionOptions options) {
        return calls.stream(inputs, 1, new Attending(options));
    }

    @Override
    public ImageAttentionOptions defaultOptions() {
        return ImageAttentionOptions.DEFAULT;
    }

    private ImageProcessor processor(int imageSize) {
        ImageEncoder encoder = model.encoder();
        int height = imageSize / encoder.patchHeight() * encoder.patchHeight();
        int width = imageSize / encoder.patchWidth() * encoder.patchWidth();
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("image size " + imageSize + ": expected at least one patch, "
                    + encoder.patchHeight() + " x " + encoder.patchWidth() + " pixels");
        }
        return batches.processor().withSize(height, width);
    }

    /** A picture by itself: its maps alone may fill the memory. */
    private final class Attending implements Work<ImageInput, ImageInput, ImageAttention, ImageAttention> {

        private final ImageProcessor processor;

        Attending(ImageAttentionOptions options) {
            OptionalInt imageSize = Arguments.require(options, "options").imageSize();
            this.processor = imageSize.isPresent() ? processor(imageSize.getAsInt()) : batches.processor();
        }

        @Override
        public List<ImageInput> encode(ImageInput input) {
            return List.of(input);
        }

        @Override
        public int size(ImageInput picture) {
            return 1;
        }

        @Override
        public Outcome<ImageAttention> run(List<ImageInput> batch) {
            return new Outcome<>(
                    batch.stream().map(input -> attentionOf(input, processor)).toList(), null);
        }

        @Override
        public ImageAttention answer(ImageInput input, List<ImageInput> pictures, List<ImageAttention> results) {
            return results.getFirst();
        }

        @Override
        public <T> T withinMemory(Supplier<T> work) {
            return RunningOutOfMemory.refusesPictures(work);
        }
    }

    private ImageAttention attentionOf(ImageInput input, ImageProcessor processor) {
        ImageEncoder encoder = model.encoder();
        RgbImage image = input.reader().get();
        ImageBatches.requireModest(image, processor, encoder);
        ImageSize size = processor.outputSize(image.width(), image.height());
        int gridRows = size.height() / encoder.patchHeight();
        int gridColumns = size.width() / encoder.patchWidth();
        requireMemory(encoder, encoder.prefixTokens() + (long) gridRows * gridColumns);
        Tensor pixelValues = processor.process(image); // [channels, height, width]
        List<Tensor> layers = model.forward(ImageBatch.of(List.of(pixelValues)), ATTENTIONS, true).attentions().stream()
                .map(List::getFirst)
                .toList(); // per layer [heads, tokens, tokens]
        return new ImageAttention(
                image,
                processor.seenRegion(image.width(), image.height()),
                gridRows,
                gridColumns,
                encoder.prefixTokens(),
                layers);
    }

    private static void requireMemory(ImageEncoder encoder, long tokens) {
        double bytes = (double) encoder.layers() * encoder.heads() * tokens * tokens * Float.BYTES;
        long memory = Runtime.getRuntime().maxMemory();
        if (bytes > memory / 2.0) {
            throw new IllegalArgumentException(String.format(
                    java.util.Locale.ROOT,
                    "the attention maps of %d tokens in %d layers of %d heads take %,.0f MB, and the JVM has %,d MB;"
                            + " give it more (-Xmx), or take a smaller image size",
                    tokens,
                    encoder.layers(),
                    encoder.heads(),
                    bytes / 1e6,
                    memory / 1_000_000));
        }
    }

    /** What turns pictures into pixel values. */
    public ImageProcessor processor() {
        return batches.processor();
    }

    /** The model. */
    public AutoVisionModel model() {
        return model;
    }

    @Override
    public ImageAttentionPipeline withListener(PipelineListener listener) {
        return new ImageAttentionPipeline(this, Calls.heardBy(listener));
    }

    @Override
    public String description() {
        return description;
    }

    /** The {@link #description}. */
    @Override
    public String toString() {
        return description;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        model.close();
    }
}

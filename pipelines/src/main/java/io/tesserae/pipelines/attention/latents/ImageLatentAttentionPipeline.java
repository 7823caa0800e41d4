package io.tesserae.pipelines.attention.latents;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.model.ImageBackbone;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.RowGrid;
import io.tesserae.pipelines.attention.ImageAttentionOptions;
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
 * A picture in, which of its pixels each latent reads out: for classifiers that read with latents, as Perceiver.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class ImageLatentAttentionPipeline
        implements Pipeline<ImageInput, ImageAttentionOptions, ImageLatentAttention> {

    /** The task {@code image-latent-attention}. */
    public static final PipelineTask<ImageLatentAttentionPipeline> TASK = new PipelineTask<>(
            ImageLatentAttentionPipeline.class, List.of("image-latent-attention"), ImageLatentAttentionPipeline::load);

    /** Not what latents say to each other: that is several times as much. */
    private static final OutputOptions MAPS = new OutputOptions(false, false, true);

    private final AutoModelForImageClassification model;
    private final ImageBatches batches;
    private final String description;
    private final Calls calls;

    private static ImageLatentAttentionPipeline load(Checkpoint checkpoint, Engine engine) {
        ImageProcessor processor = AutoImageProcessor.fromPretrained(checkpoint, engine);
        var model = AutoModelForImageClassification.fromPretrained(checkpoint, engine);
        return SideBySideLoading.closingOnFailure(
                model,
                () -> new ImageLatentAttentionPipeline(
                        processor, model, checkpoint.files().describe("config.json")));
    }

    private ImageLatentAttentionPipeline(
            ImageProcessor processor, AutoModelForImageClassification model, String where) {
        this.model = model;
        this.batches = new ImageBatches(processor, model.classifier().backbone(), model.engine());
        this.description = Descriptions.of(TASK, model.config(), model.engine());
        this.calls = Calls.UNHEARD;
        if (backbone().latents().isEmpty()) {
            throw model.config().unexpected("model_type", "a family whose models read with latents");
        }
        batches.requireColour(where);
    }

    private ImageLatentAttentionPipeline(ImageLatentAttentionPipeline other, Calls calls) {
        this.model = other.model;
        this.batches = other.batches;
        this.description = other.description;
        this.calls = calls;
    }

    private ImageBackbone backbone() {
        return batches.backbone();
    }

    /** What the latents read of a picture in a file, at the size that the model was made for. */
    public ImageLatentAttention attend(Path file) {
        return answer(ImageInput.of(file));
    }

    /** What the latents read of a picture, at the size that the model was made for. */
    public ImageLatentAttention attend(ImageInput input) {
        return answer(input);
    }

    /**
     * What the latents read of a picture at another size: the larger, the finer the map.
     *
     * @param imageSize height and width of what the model is fed, in pixels
     * @throws IllegalArgumentException if the model has learned positions for another size, or the maps would not fit into memory
     */
    public ImageLatentAttention attend(ImageInput input, int imageSize) {
        return answer(input, ImageAttentionOptions.DEFAULT.withImageSize(imageSize));
    }

    /**
     * What the latents read of each picture, one picture at a time.
     *
     * @throws IllegalArgumentException if the model takes no pictures of the size, or the maps would not fit into memory
     */
    @Override
    public List<ImageLatentAttention> answer(List<? extends ImageInput> inputs, ImageAttentionOptions options) {
        return calls.list(inputs, 1, new Attending(options));
    }

    @Override
    public Stream<ImageLatentAttention> answer(Stream<? extends ImageInput> inputs, ImageAttentionOptions options) {
        return calls.stream(inputs, 1, new Attending(options));
    }

    @Override
    public ImageAttentionOptions defaultOptions() {
        return ImageAttentionOptions.DEFAULT;
    }

    /** A picture by itself: its maps alone may fill the memory. */
    private final class Attending implements Work<ImageInput, ImageInput, ImageLatentAttention, ImageLatentAttention> {

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
        public Outcome<ImageLatentAttention> run(List<ImageInput> batch) {
            return new Outcome<>(
                    batch.stream().map(input -> attentionOf(input, processor)).toList(), null);
        }

        @Override
        public ImageLatentAttention answer(
                ImageInput input, List<ImageInput> pictures, List<ImageLatentAttention> results) {
            return results.getFirst();
        }

        @Override
        public <T> T withinMemory(Supplier<T> work) {
            return RunningOutOfMemory.refusesPictures(work);
        }
    }

    /** Refuses a size that the model does not take before a picture is read. */
    private ImageProcessor processor(int imageSize) {
        backbone().rowGrid(imageSize, imageSize);
        return batches.processor().withSize(imageSize, imageSize);
    }

    private ImageLatentAttention attentionOf(ImageInput input, ImageProcessor processor) {
        RgbImage image = input.reader().get();
        ImageBatches.requireModest(image, processor, backbone());
        ImageSize size = processor.outputSize(image.width(), image.height());
        RowGrid grid = backbone().rowGrid(size.height(), size.width()).orElseThrow();
        LatentAttention.requireMemory(
                backbone().readingHeads().orElseThrow(),
                backbone().latents().orElseThrow(),
                grid.cells(),
                "give it more (-Xmx), or take a smaller image size");
        Tensor pixelValues = processor.process(image); // [channels, height, width]
        Tensor maps = model.forward(ImageBatch.of(List.of(pixelValues)), MAPS, false)
                .crossAttentions()
                .getFirst() // of the layer in which latents read
                .getFirst(); // [heads, latents, rows]
        return new ImageLatentAttention(
                image, processor.seenRegion(image.width(), image.height()), grid, new LatentAttention(maps));
    }

    /** What turns pictures into pixel values. */
    public ImageProcessor processor() {
        return batches.processor();
    }

    /** The model. */
    public AutoModelForImageClassification model() {
        return model;
    }

    @Override
    public ImageLatentAttentionPipeline withListener(PipelineListener listener) {
        return new ImageLatentAttentionPipeline(this, Calls.heardBy(listener));
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

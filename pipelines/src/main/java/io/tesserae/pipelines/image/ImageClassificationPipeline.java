package io.tesserae.pipelines.image;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.model.ImageBatch;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.ImageBatches;
import io.tesserae.pipelines.schedule.Rows;
import io.tesserae.pipelines.schedule.Scores;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A picture in, labels and scores out: transformers' {@code ImageClassificationPipeline}.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class ImageClassificationPipeline
        implements Pipeline<ImageInput, ImageClassificationOptions, List<Classification>> {

    /** The task {@code image-classification}. */
    public static final PipelineTask<ImageClassificationPipeline> TASK = new PipelineTask<>(
            ImageClassificationPipeline.class, List.of("image-classification"), ImageClassificationPipeline::load);

    private final AutoModelForImageClassification model;
    private final ImageBatches batches;
    private final String description;
    private final Calls calls;

    private static ImageClassificationPipeline load(Checkpoint checkpoint, Engine engine) {
        ImageProcessor processor = AutoImageProcessor.fromPretrained(checkpoint, engine);
        var model = AutoModelForImageClassification.fromPretrained(checkpoint, engine);
        return SideBySideLoading.closingOnFailure(
                model,
                () -> new ImageClassificationPipeline(
                        processor, model, checkpoint.files().describe("config.json")));
    }

    private ImageClassificationPipeline(ImageProcessor processor, AutoModelForImageClassification model, String where) {
        this.model = model;
        this.batches = new ImageBatches(processor, model.classifier().backbone(), model.engine());
        this.description = Descriptions.of(TASK, model.config(), model.engine());
        this.calls = Calls.UNHEARD;
        batches.requireColour(where);
    }

    private ImageClassificationPipeline(ImageClassificationPipeline other, Calls calls) {
        this.model = other.model;
        this.batches = other.batches;
        this.description = other.description;
        this.calls = calls;
    }

    /** The best label of a picture in a file. */
    public Classification classify(Path file) {
        return classify(ImageInput.of(file));
    }

    /** The labels of a picture in a file, best first. */
    public List<Classification> classify(Path file, ImageClassificationOptions options) {
        return classify(ImageInput.of(file), options);
    }

    /** The best label of a picture that is in memory. */
    public Classification classify(RgbImage image) {
        return classify(ImageInput.of(image));
    }

    /** The best label of a picture that is in memory, as the JDK has it. */
    public Classification classify(BufferedImage image) {
        return classify(ImageInput.of(image));
    }

    /** The best label of a picture, given the bytes of its file. */
    public Classification classify(byte[] bytes) {
        return classify(ImageInput.of(bytes));
    }

    /** The best label of a picture, whose file is read to its end; whoever opened the stream closes it. */
    public Classification classify(InputStream bytes) {
        return classify(ImageInput.of(bytes));
    }

    /** The best label of a picture. */
    public Classification classify(ImageInput image) {
        return classify(image, ImageClassificationOptions.DEFAULT.withTopK(1)).getFirst();
    }

    /** Labels of one picture, best first. */
    public List<Classification> classify(ImageInput image, ImageClassificationOptions options) {
        return answer(image, options);
    }

    /**
     * Labels of pictures, best first, in the order of the pictures.
     *
     * @throws io.tesserae.loaders.image.ImageException if one cannot be read; the message names it
     */
    public List<List<Classification>> classify(List<ImageInput> images, ImageClassificationOptions options) {
        return answer(images, options);
    }

    /** Labels of any number of pictures, in their order: read and answered as they are asked for, a batch at a time. */
    public Stream<List<Classification>> classify(Stream<ImageInput> images, ImageClassificationOptions options) {
        return answer(images, options);
    }

    @Override
    public List<List<Classification>> answer(List<? extends ImageInput> inputs, ImageClassificationOptions options) {
        return calls.list(inputs, batchSize(options), batches.work(batch -> classify(batch, options)));
    }

    @Override
    public Stream<List<Classification>> answer(
            Stream<? extends ImageInput> inputs, ImageClassificationOptions options) {
        return calls.stream(inputs, batchSize(options), batches.work(batch -> classify(batch, options)));
    }

    @Override
    public ImageClassificationOptions defaultOptions() {
        return ImageClassificationOptions.DEFAULT;
    }

    private int batchSize(ImageClassificationOptions options) {
        return batches.batchSize(Arguments.require(options, "options").batchSize());
    }

    private List<List<Classification>> classify(ImageBatch batch, ImageClassificationOptions options) {
        Tensor logits = model.forward(batch).logits(); // [images, labels]
        ScoreFunction function = options.functionToApply().orElseGet(() -> Scores.functionOfImages(model.config()));
        return Rows.of(logits).stream()
                .map(scores -> {
                    Scores.apply(function, model.engine().machine().kernels(), scores);
                    return Scores.best(model.config().labels(), scores, options.topK());
                })
                .toList();
    }

    /** How many pictures go through the model together by default. */
    public int batchSize() {
        return batches.batchSize(0);
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
    public ImageClassificationPipeline withListener(PipelineListener listener) {
        return new ImageClassificationPipeline(this, Calls.heardBy(listener));
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

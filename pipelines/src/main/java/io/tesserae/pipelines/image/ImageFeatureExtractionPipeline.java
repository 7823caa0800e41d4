package io.tesserae.pipelines.image;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoderOutput;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.ImageBatches;
import io.tesserae.pipelines.schedule.Rows;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A picture in, its hidden states out: transformers' {@code ImageFeatureExtractionPipeline}.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class ImageFeatureExtractionPipeline
        implements Pipeline<ImageInput, ImageFeatureExtractionOptions, Tensor> {

    /** The task {@code image-feature-extraction}. */
    public static final PipelineTask<ImageFeatureExtractionPipeline> TASK = new PipelineTask<>(
            ImageFeatureExtractionPipeline.class,
            List.of("image-feature-extraction"),
            ImageFeatureExtractionPipeline::load);

    private final AutoVisionModel model;
    private final ImageBatches batches;
    private final String description;
    private final Calls calls;

    private static ImageFeatureExtractionPipeline load(Checkpoint checkpoint, Engine engine) {
        ImageProcessor processor = AutoImageProcessor.fromPretrained(checkpoint, engine);
        var model = AutoVisionModel.fromPretrained(checkpoint, engine);
        return SideBySideLoading.closingOnFailure(
                model,
                () -> new ImageFeatureExtractionPipeline(
                        processor, model, checkpoint.files().describe("config.json")));
    }

    private ImageFeatureExtractionPipeline(ImageProcessor processor, AutoVisionModel model, String where) {
        this.model = model;
        this.batches = new ImageBatches(processor, model.encoder(), model.engine());
        this.description = Descriptions.of(TASK, model.config(), model.engine());
        this.calls = Calls.UNHEARD;
        batches.requireColour(where);
    }

    private ImageFeatureExtractionPipeline(ImageFeatureExtractionPipeline other, Calls calls) {
        this.model = other.model;
        this.batches = other.batches;
        this.description = other.description;
        this.calls = calls;
    }

    /** The last hidden states of a picture in a file: {@code [tokens, hidden]}. */
    public Tensor extract(Path file) {
        return answer(ImageInput.of(file));
    }

    /** The last hidden states of a picture that is in memory: {@code [tokens, hidden]}. */
    public Tensor extract(RgbImage image) {
        return answer(ImageInput.of(image));
    }

    /** The last hidden states of a picture: {@code [tokens, hidden]}. */
    public Tensor extract(ImageInput image) {
        return answer(image);
    }

    /**
     * The last hidden states, after the final layer norm: the class token's (and the distillation token's), then those of
     * the patches, row by row.
     *
     * @param batchSize how many pictures go through the model together; 0: as many as make good use of it
     * @return for each picture {@code [tokens, hidden]}
     */
    public List<Tensor> extract(List<ImageInput> images, int batchSize) {
        return answer(images, ImageFeatureExtractionOptions.DEFAULT.withBatchSize(batchSize));
    }

    /**
     * One vector for each picture: what the model's pooler makes of the class token.
     *
     * @return for each picture {@code [poolerSize]}
     * @throws IllegalArgumentException if the checkpoint has no pooler, whatever the pictures, and if there are none
     */
    public List<Tensor> pool(List<ImageInput> images, int batchSize) {
        return answer(images, new ImageFeatureExtractionOptions(true, batchSize));
    }

    /**
     * What the model makes of each picture.
     *
     * @return for each picture {@code [tokens, hidden]}, or {@code [poolerSize]} where the options ask for one vector
     * @throws IllegalArgumentException if they do, and the checkpoint has no pooler
     */
    @Override
    public List<Tensor> answer(List<? extends ImageInput> inputs, ImageFeatureExtractionOptions options) {
        return calls.list(inputs, batchSize(options), batches.work(forward(options)));
    }

    @Override
    public Stream<Tensor> answer(Stream<? extends ImageInput> inputs, ImageFeatureExtractionOptions options) {
        return calls.stream(inputs, batchSize(options), batches.work(forward(options)));
    }

    @Override
    public ImageFeatureExtractionOptions defaultOptions() {
        return ImageFeatureExtractionOptions.DEFAULT;
    }

    private int batchSize(ImageFeatureExtractionOptions options) {
        return batches.batchSize(Arguments.require(options, "options").batchSize());
    }

    private Function<ImageBatch, List<Tensor>> forward(ImageFeatureExtractionOptions options) {
        if (!options.pool()) {
            return this::hiddenStates;
        }
        if (!model.encoder().hasPooler()) {
            throw new IllegalArgumentException("the checkpoint has no pooler; take the first row of the hidden states,"
                    + " which is the class token's");
        }
        return this::pooled;
    }

    private List<Tensor> hiddenStates(ImageBatch batch) {
        ImageEncoderOutput output = model.forward(batch);
        List<Tensor> features = new ArrayList<>(batch.images());
        for (int image = 0; image < batch.images(); image++) {
            int from = output.sequenceStarts()[image];
            features.add(Rows.copy(output.lastHiddenState(), from, output.sequenceStarts()[image + 1]));
        }
        return features;
    }

    private List<Tensor> pooled(ImageBatch batch) {
        Tensor poolerOutput = model.forward(batch).poolerOutput().orElseThrow(); // [images, poolerSize]
        List<Tensor> pooled = new ArrayList<>(batch.images());
        for (int image = 0; image < batch.images(); image++) {
            pooled.add(Rows.copy(poolerOutput, image, image + 1).reshape(poolerOutput.dimension(1)));
        }
        return pooled;
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
    public AutoVisionModel model() {
        return model;
    }

    @Override
    public ImageFeatureExtractionPipeline withListener(PipelineListener listener) {
        return new ImageFeatureExtractionPipeline(this, Calls.heardBy(listener));
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

package io.tesserae.pipelines.image;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.ModelFiles;
import io.tesserae.loaders.image.ImageProcessor;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.model.ImageEncoderOutput;
import io.tesserae.pipelines.schedule.ImageBatches;
import io.tesserae.pipelines.schedule.Rows;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A picture in, its hidden states out: transformers' {@code ImageFeatureExtractionPipeline}.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class ImageFeatureExtractionPipeline implements AutoCloseable {

    /** The task {@code image-feature-extraction}. */
    public static final PipelineTask<ImageFeatureExtractionPipeline> TASK =
            new PipelineTask<>(List.of("image-feature-extraction"), ImageFeatureExtractionPipeline::load);

    private final AutoVisionModel model;
    private final ImageBatches batches;

    private static ImageFeatureExtractionPipeline load(ModelFiles files, Engine engine) {
        ImageProcessor processor = AutoImageProcessor.fromPretrained(files, engine);
        var model = AutoVisionModel.fromPretrained(files, engine);
        return SideBySideLoading.closingOnFailure(
                model, () -> new ImageFeatureExtractionPipeline(processor, model, files.describe("config.json")));
    }

    private ImageFeatureExtractionPipeline(ImageProcessor processor, AutoVisionModel model, String where) {
        this.model = model;
        this.batches = new ImageBatches(processor, model.encoder(), model.engine());
        batches.requireColour(where);
    }

    /** The last hidden states of a picture in a file: {@code [tokens, hidden]}. */
    public Tensor extract(Path file) {
        return extract(List.of(ImageInput.of(file)), 0).getFirst();
    }

    /** The last hidden states of a picture: {@code [tokens, hidden]}. */
    public Tensor extract(RgbImage image) {
        return extract(List.of(ImageInput.of(image)), 0).getFirst();
    }

    /**
     * The last hidden states, after the final layer norm: the class token's (and the distillation token's), then those of
     * the patches, row by row.
     *
     * @param batchSize how many pictures go through the model together; 0: as many as make good use of it
     * @return for each picture {@code [tokens, hidden]}
     */
    public List<Tensor> extract(List<ImageInput> images, int batchSize) {
        return batches.answer(images, batchSize, this::extractTogether);
    }

    private List<Tensor> extractTogether(List<ImageInput> batch) {
        ImageEncoderOutput output = model.forward(batches.read(batch));
        List<Tensor> features = new ArrayList<>(batch.size());
        for (int image = 0; image < batch.size(); image++) {
            int from = output.sequenceStarts()[image];
            features.add(Rows.copy(output.lastHiddenState(), from, output.sequenceStarts()[image + 1]));
        }
        return features;
    }

    /**
     * One vector for each picture: what the model's pooler makes of the class token.
     *
     * @return for each picture {@code [poolerSize]}
     * @throws IllegalArgumentException if the checkpoint has no pooler, whatever the pictures, and if there are none
     */
    public List<Tensor> pool(List<ImageInput> images, int batchSize) {
        if (!model.encoder().hasPooler()) {
            throw new IllegalArgumentException("the checkpoint has no pooler; take the first row of the hidden states,"
                    + " which is the class token's");
        }
        return batches.answer(images, batchSize, this::poolTogether);
    }

    private List<Tensor> poolTogether(List<ImageInput> batch) {
        Tensor poolerOutput = model.forward(batches.read(batch)).poolerOutput().orElseThrow();
        List<Tensor> pooled = new ArrayList<>(batch.size());
        for (int image = 0; image < batch.size(); image++) {
            pooled.add(Rows.copy(poolerOutput, image, image + 1).reshape(poolerOutput.dimension(1)));
        }
        return pooled;
    }

    /** How many pictures go through the model together where nobody says. */
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

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        model.close();
    }
}

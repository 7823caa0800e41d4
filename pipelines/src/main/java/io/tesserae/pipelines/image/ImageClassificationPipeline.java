package io.tesserae.pipelines.image;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.ModelFiles;
import io.tesserae.loaders.image.ImageProcessor;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.pipelines.schedule.ImageBatches;
import io.tesserae.pipelines.schedule.Scores;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A picture in, labels and scores out: transformers' {@code ImageClassificationPipeline}.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class ImageClassificationPipeline implements AutoCloseable {

    /** The task {@code image-classification}. */
    public static final PipelineTask<ImageClassificationPipeline> TASK =
            new PipelineTask<>(List.of("image-classification"), ImageClassificationPipeline::load);

    private final AutoModelForImageClassification model;
    private final ImageBatches batches;

    private static ImageClassificationPipeline load(ModelFiles files, Engine engine) {
        ImageProcessor processor = AutoImageProcessor.fromPretrained(files, engine);
        var model = AutoModelForImageClassification.fromPretrained(files, engine);
        return SideBySideLoading.closingOnFailure(
                model, () -> new ImageClassificationPipeline(processor, model, files.describe("config.json")));
    }

    private ImageClassificationPipeline(ImageProcessor processor, AutoModelForImageClassification model, String where) {
        this.model = model;
        this.batches = new ImageBatches(processor, model.classifier().encoder(), model.engine());
        batches.requireColour(where);
    }

    /** The best label of a picture in a file. */
    public Classification classify(Path file) {
        return best(ImageInput.of(file));
    }

    /** The best label of a picture. */
    public Classification classify(RgbImage image) {
        return best(ImageInput.of(image));
    }

    private Classification best(ImageInput input) {
        return classify(List.of(Arguments.require(input, "input")), ImageClassificationOptions.DEFAULT.withTopK(1))
                .getFirst()
                .getFirst();
    }

    /**
     * Labels of pictures, best first, in the order of the pictures.
     *
     * @throws io.tesserae.loaders.image.ImageException if one cannot be read; the message names it
     */
    public List<List<Classification>> classify(List<ImageInput> images, ImageClassificationOptions options) {
        int batchSize = Arguments.require(options, "options").batchSize();
        return batches.answer(images, batchSize, batch -> classifyTogether(batch, options));
    }

    private List<List<Classification>> classifyTogether(List<ImageInput> batch, ImageClassificationOptions options) {
        Tensor logits = model.forward(batches.read(batch)).logits(); // [images, labels]
        ScoreFunction function = options.functionToApply().orElseGet(() -> Scores.functionOfImages(model.config()));
        int labels = logits.dimension(1);
        List<List<Classification>> answers = new ArrayList<>(batch.size());
        for (int image = 0; image < batch.size(); image++) {
            float[] scores = Arrays.copyOfRange(logits.data(), image * labels, (image + 1) * labels);
            Scores.apply(function, model.engine().machine().kernels(), scores);
            answers.add(Scores.best(model.config().labels(), scores, options.topK()));
        }
        return answers;
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
    public AutoModelForImageClassification model() {
        return model;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        model.close();
    }
}

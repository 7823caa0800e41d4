package io.tesserae.pipelines.image;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForZeroShotImageClassification;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.Rows;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Pictures and texts in, vectors out that can be compared: a text's is near that of a picture which shows what it says. Radford et al.,
 * arXiv 2103.00020, section 2. With a {@link io.tesserae.pipelines.sentence.SemanticIndex} of many pictures' vectors, pictures are
 * searched by words.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class ImageTextEmbeddingPipeline implements Pipeline<ImageInput, ImageTextEmbeddingOptions, float[]> {

    /** The task {@code image-text-embedding}. */
    public static final PipelineTask<ImageTextEmbeddingPipeline> TASK = new PipelineTask<>(
            ImageTextEmbeddingPipeline.class, List.of("image-text-embedding"), ImageTextEmbeddingPipeline::load);

    private final Towers towers;
    private final String description;
    private final Calls calls;

    private static ImageTextEmbeddingPipeline load(Checkpoint checkpoint, Engine engine) {
        return Towers.load(checkpoint, engine, towers -> {
            String description = Descriptions.of(TASK, towers.model().config(), engine);
            return new ImageTextEmbeddingPipeline(towers, description, Calls.UNHEARD);
        });
    }

    private ImageTextEmbeddingPipeline(Towers towers, String description, Calls calls) {
        this.towers = towers;
        this.description = description;
        this.calls = calls;
    }

    /** The vector of a picture in a file, of length 1. */
    public float[] embedImage(Path file) {
        return answer(ImageInput.of(file));
    }

    /**
     * The vectors of pictures, each of length 1, in the order of the pictures.
     *
     * @throws io.tesserae.loaders.image.ImageException if one cannot be read; the message names it
     */
    public List<float[]> embedImages(List<ImageInput> images) {
        return answer(images, ImageTextEmbeddingOptions.DEFAULT);
    }

    /**
     * The vector of a text, of length 1.
     *
     * @throws IllegalArgumentException if it is too long for the model
     */
    public float[] embedText(String text) {
        return embedTexts(List.of(Arguments.require(text, "text"))).getFirst();
    }

    /** The vectors of texts, each of length 1, in their order. */
    public List<float[]> embedTexts(List<String> sentences) {
        if (Arguments.requireAll(sentences, "sentences").isEmpty()) {
            return List.of();
        }
        return calls.timed(
                sentences.size(),
                () -> Rows.of(
                        towers.model().encoder().textFeatures(towers.texts().batch(sentences))));
    }

    @Override
    public List<float[]> answer(List<? extends ImageInput> inputs, ImageTextEmbeddingOptions options) {
        return calls.list(inputs, batchSize(options), work());
    }

    @Override
    public Stream<float[]> answer(Stream<? extends ImageInput> inputs, ImageTextEmbeddingOptions options) {
        return calls.stream(inputs, batchSize(options), work());
    }

    @Override
    public ImageTextEmbeddingOptions defaultOptions() {
        return ImageTextEmbeddingOptions.DEFAULT;
    }

    private int batchSize(ImageTextEmbeddingOptions options) {
        return towers.batches().batchSize(Arguments.require(options, "options").batchSize());
    }

    private Work<ImageInput, ImageInput, float[], float[]> work() {
        return towers.batches().work(batch -> Rows.of(towers.model().imageFeatures(batch, false)));
    }

    /** How many pictures go through the model together by default. */
    public int batchSize() {
        return towers.batches().batchSize(0);
    }

    /** What turns pictures into pixel values. */
    public ImageProcessor processor() {
        return towers.batches().processor();
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return towers.texts().tokenizer();
    }

    /** The model. */
    public AutoModelForZeroShotImageClassification model() {
        return towers.model();
    }

    @Override
    public ImageTextEmbeddingPipeline withListener(PipelineListener listener) {
        return new ImageTextEmbeddingPipeline(towers, description, Calls.heardBy(listener));
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
        towers.model().close();
    }
}

package io.tesserae.pipelines.image;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForZeroShotImageClassification;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageTextEncoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.HypothesisTemplate;
import io.tesserae.pipelines.schedule.Rows;
import io.tesserae.pipelines.schedule.Scores;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A picture and labels in any words in, their scores out: transformers' {@code ZeroShotImageClassificationPipeline}. The model has an
 * encoder for pictures and one for texts, whose vectors are compared: Radford et al., arXiv 2103.00020, section 3.1.
 *
 * <p>Each label becomes a sentence, and each sentence is encoded once for all pictures of a call. With a model like CLIP the scores of a
 * picture's labels add up to 1; with one like SigLIP, each is a probability by itself.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class ZeroShotImageClassificationPipeline
        implements Pipeline<ImageInput, ZeroShotImageClassificationOptions, List<Classification>> {

    /** The task {@code zero-shot-image-classification}. */
    public static final PipelineTask<ZeroShotImageClassificationPipeline> TASK = new PipelineTask<>(
            ZeroShotImageClassificationPipeline.class,
            List.of("zero-shot-image-classification"),
            ZeroShotImageClassificationPipeline::load);

    private final Towers towers;
    private final String description;
    private final Calls calls;

    private static ZeroShotImageClassificationPipeline load(Checkpoint checkpoint, Engine engine) {
        return Towers.load(checkpoint, engine, towers -> {
            String description = Descriptions.of(TASK, towers.model().config(), engine);
            return new ZeroShotImageClassificationPipeline(towers, description, Calls.UNHEARD);
        });
    }

    private ZeroShotImageClassificationPipeline(Towers towers, String description, Calls calls) {
        this.towers = towers;
        this.description = description;
        this.calls = calls;
    }

    /** The best of these labels for a picture in a file. */
    public Classification classify(Path file, List<String> candidateLabels) {
        return classify(
                        ImageInput.of(file),
                        ZeroShotImageClassificationOptions.DEFAULT.withCandidateLabels(candidateLabels))
                .getFirst();
    }

    /** The labels of one picture, best first. */
    public List<Classification> classify(ImageInput image, ZeroShotImageClassificationOptions options) {
        return answer(image, options);
    }

    /**
     * The labels of pictures, best first, in the order of the pictures.
     *
     * @throws io.tesserae.loaders.image.ImageException if one cannot be read; the message names it
     * @throws IllegalArgumentException if there are no labels, or one is too long for the model
     */
    public List<List<Classification>> classify(List<ImageInput> images, ZeroShotImageClassificationOptions options) {
        return answer(images, options);
    }

    /** The labels of any number of pictures, in their order: read and answered as they are asked for, a batch at a time. */
    public Stream<List<Classification>> classify(
            Stream<ImageInput> images, ZeroShotImageClassificationOptions options) {
        return answer(images, options);
    }

    @Override
    public List<List<Classification>> answer(
            List<? extends ImageInput> inputs, ZeroShotImageClassificationOptions options) {
        return calls.list(inputs, batchSize(options), work(options));
    }

    @Override
    public Stream<List<Classification>> answer(
            Stream<? extends ImageInput> inputs, ZeroShotImageClassificationOptions options) {
        return calls.stream(inputs, batchSize(options), work(options));
    }

    @Override
    public ZeroShotImageClassificationOptions defaultOptions() {
        return ZeroShotImageClassificationOptions.DEFAULT;
    }

    private int batchSize(ZeroShotImageClassificationOptions options) {
        return towers.batches().batchSize(Arguments.require(options, "options").batchSize());
    }

    private Work<ImageInput, ImageInput, List<Classification>, List<Classification>> work(
            ZeroShotImageClassificationOptions options) {
        List<String> labels = options.candidateLabels();
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("candidateLabels: expected one at least, found none");
        }
        HypothesisTemplate template = new HypothesisTemplate(options.hypothesisTemplate());
        TokenBatch sentences =
                towers.texts().batch(labels.stream().map(template::with).toList());
        Tensor ofLabels = towers.model().encoder().textFeatures(sentences); // [labels, shared]
        return towers.batches().work(batch -> classify(batch, labels, ofLabels));
    }

    private List<List<Classification>> classify(ImageBatch batch, List<String> labels, Tensor ofLabels) {
        ImageTextEncoder encoder = towers.model().encoder();
        ScoreFunction function = encoder.comparison().textsCompete() ? ScoreFunction.SOFTMAX : ScoreFunction.SIGMOID;
        Tensor ofPictures = towers.model().imageFeatures(batch, false); // [pictures, shared]
        return Rows.of(encoder.compare(ofPictures, ofLabels)).stream()
                .map(scores -> {
                    Scores.apply(function, towers.model().engine().machine().kernels(), scores);
                    return best(labels, scores);
                })
                .toList();
    }

    /** Best first; equal scores in the order of the labels. */
    private static List<Classification> best(List<String> labels, float[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparing((Integer label) -> scores[label], Comparator.reverseOrder()))
                .map(label -> new Classification(labels.get(label), scores[label]))
                .toList();
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
    public ZeroShotImageClassificationPipeline withListener(PipelineListener listener) {
        return new ZeroShotImageClassificationPipeline(towers, description, Calls.heardBy(listener));
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

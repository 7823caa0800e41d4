package io.tesserae.pipelines.image;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModelForZeroShotImageClassification;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageTextEncoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.HypothesisTemplate;
import io.tesserae.pipelines.schedule.ImageBatches;
import io.tesserae.pipelines.schedule.Rows;
import io.tesserae.pipelines.schedule.Scores;
import io.tesserae.pipelines.schedule.SideBySideLoading;
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

    private final TowerTexts texts;
    private final AutoModelForZeroShotImageClassification model;
    private final ImageBatches batches;
    private final String description;
    private final Calls calls;

    private static ZeroShotImageClassificationPipeline load(Checkpoint checkpoint, Engine engine) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModelForZeroShotImageClassification.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> new ZeroShotImageClassificationPipeline(
                        AutoImageProcessor.fromPretrained(checkpoint, engine),
                        tokenizer,
                        model,
                        checkpoint.files().describe("config.json")));
    }

    private ZeroShotImageClassificationPipeline(
            ImageProcessor processor,
            Tokenizer tokenizer,
            AutoModelForZeroShotImageClassification model,
            String where) {
        ImageTextEncoder encoder = model.encoder();
        this.model = model;
        this.batches = new ImageBatches(processor, encoder.images(), model.engine());
        this.texts = TowerTexts.of(tokenizer, encoder, where);
        this.description = Descriptions.of(TASK, model.config(), model.engine());
        this.calls = Calls.UNHEARD;
        batches.requireColour(where);
    }

    private ZeroShotImageClassificationPipeline(ZeroShotImageClassificationPipeline other, Calls calls) {
        this.texts = other.texts;
        this.model = other.model;
        this.batches = other.batches;
        this.description = other.description;
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
        return batches.batchSize(Arguments.require(options, "options").batchSize());
    }

    private Work<ImageInput, ImageInput, List<Classification>, List<Classification>> work(
            ZeroShotImageClassificationOptions options) {
        List<String> labels = options.candidateLabels();
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("candidateLabels: expected one at least, found none");
        }
        HypothesisTemplate template = new HypothesisTemplate(options.hypothesisTemplate());
        TokenBatch sentences = texts.batch(labels.stream().map(template::with).toList());
        Tensor ofLabels = model.encoder().textFeatures(sentences); // [labels, shared]
        return batches.work(batch -> classify(batch, labels, ofLabels));
    }

    private List<List<Classification>> classify(ImageBatch batch, List<String> labels, Tensor ofLabels) {
        ImageTextEncoder encoder = model.encoder();
        ScoreFunction function = encoder.comparison().textsCompete() ? ScoreFunction.SOFTMAX : ScoreFunction.SIGMOID;
        Tensor ofPictures = model.imageFeatures(batch, false); // [pictures, shared]
        return Rows.of(encoder.compare(ofPictures, ofLabels)).stream()
                .map(scores -> {
                    Scores.apply(function, model.engine().machine().kernels(), scores);
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
        return batches.batchSize(0);
    }

    /** What turns pictures into pixel values. */
    public ImageProcessor processor() {
        return batches.processor();
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return texts.tokenizer();
    }

    /** The model. */
    public AutoModelForZeroShotImageClassification model() {
        return model;
    }

    @Override
    public ZeroShotImageClassificationPipeline withListener(PipelineListener listener) {
        return new ZeroShotImageClassificationPipeline(this, Calls.heardBy(listener));
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

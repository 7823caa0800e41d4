package io.tesserae.pipelines.attention;

import static io.tesserae.generation.GenerationOption.NUM_RETURN_SEQUENCES;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.generation.Generated;
import io.tesserae.loaders.AutoModelForImageTextToText;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.pipelines.generation.ImageToTextPipeline;
import io.tesserae.pipelines.generation.PromptedImage;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.ImageBatches;
import io.tesserae.pipelines.schedule.RunningOutOfMemory;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A picture in, a sentence about it out, and for each word of it where in the picture the model looked.
 *
 * <p>The sentence is written as {@link ImageToTextPipeline} writes it. Then the decoder reads it once more, whole, and its cross-attention is
 * kept: the same bits as while it was written, also where that was done with beams.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class CaptionAttentionPipeline
        implements Pipeline<PromptedImage, CaptionAttentionOptions, CaptionAttention> {

    /** The task {@code caption-attention}. */
    public static final PipelineTask<CaptionAttentionPipeline> TASK = new PipelineTask<>(
            CaptionAttentionPipeline.class, List.of("caption-attention"), CaptionAttentionPipeline::new);

    private static final OutputOptions ATTENTIONS = new OutputOptions(false, true);

    private final ImageToTextPipeline writer;
    private final ImageBatches batches;
    private final String description;
    private final Calls calls;

    private CaptionAttentionPipeline(Checkpoint checkpoint, Engine engine) {
        this.writer = ImageToTextPipeline.TASK.open(checkpoint, engine);
        AutoModelForImageTextToText model = writer.model();
        if (!model.captioner().hasEncoder()) {
            writer.close();
            throw new ModelLoadingException(
                    model.config() + ": model_type: expected a model whose words look at what an"
                            + " encoder makes of a picture; this one reads pictures before the words, and has no such maps");
        }
        this.batches = new ImageBatches(writer.processor(), model.captioner().encoder(), engine);
        this.description = Descriptions.of(TASK, model.config(), engine);
        this.calls = Calls.UNHEARD;
    }

    private CaptionAttentionPipeline(CaptionAttentionPipeline other, Calls calls) {
        this.writer = other.writer;
        this.batches = other.batches;
        this.description = other.description;
        this.calls = calls;
    }

    /** Describes a picture in a file, and says where each word comes from. */
    public CaptionAttention attend(Path file) {
        return attend(ImageInput.of(file));
    }

    /** Describes a picture, and says where each word comes from. */
    public CaptionAttention attend(ImageInput image) {
        return answer(PromptedImage.of(image));
    }

    /** Describes a picture, with a prompt or other choices. */
    public CaptionAttention attend(PromptedImage image, CaptionAttentionOptions options) {
        return answer(image, options);
    }

    /**
     * Describes pictures, in their order, and says where each word comes from.
     *
     * @throws io.tesserae.loaders.image.ImageException if one cannot be read; the message names it
     * @throws IllegalArgumentException if a prompt is too long, or the model takes none; if the options are out of range or not to be had
     *     together, or ask for several captions of a picture
     */
    @Override
    public List<CaptionAttention> answer(List<? extends PromptedImage> inputs, CaptionAttentionOptions options) {
        return calls.list(inputs, batchSize(options), new Attending(options));
    }

    @Override
    public Stream<CaptionAttention> answer(Stream<? extends PromptedImage> inputs, CaptionAttentionOptions options) {
        return calls.stream(inputs, batchSize(options), new Attending(options));
    }

    @Override
    public CaptionAttentionOptions defaultOptions() {
        return CaptionAttentionOptions.DEFAULT;
    }

    private int batchSize(CaptionAttentionOptions options) {
        return batches.batchSize(Arguments.require(options, "options").batchSize());
    }

    /** A picture is one sequence; it is read with its batch, and kept for whoever draws on it. */
    private final class Attending implements Work<PromptedImage, PromptedImage, CaptionAttention, CaptionAttention> {

        private final CaptionAttentionOptions options;

        Attending(CaptionAttentionOptions options) {
            this.options = options;
            int captions = options.config().over(writer.generationConfig()).get(NUM_RETURN_SEQUENCES);
            if (captions > 1) {
                throw new IllegalArgumentException(
                        "num_return_sequences: where a caption comes from is said of one caption to a picture; expected 1,"
                                + " found " + captions);
            }
        }

        @Override
        public List<PromptedImage> encode(PromptedImage input) {
            return List.of(input);
        }

        @Override
        public int size(PromptedImage picture) {
            return 1;
        }

        @Override
        public Outcome<CaptionAttention> run(List<PromptedImage> batch) {
            RgbImage[] pictures = new RgbImage[batch.size()];
            List<ImageInput> reading = IntStream.range(0, batch.size())
                    .mapToObj(i -> {
                        ImageInput image = batch.get(i).image();
                        return new ImageInput(
                                image.name(), () -> pictures[i] = image.reader().get());
                    })
                    .toList();
            return batches.run(reading, pixels -> {
                List<String> prompts = batch.subList(0, pixels.images()).stream()
                        .map(image -> image.prompt().or(options::prompt).orElse(""))
                        .toList();
                return describe(pixels, pictures, writer.generate(pixels, prompts, options.writing()));
            });
        }

        @Override
        public CaptionAttention answer(
                PromptedImage input, List<PromptedImage> pictures, List<CaptionAttention> results) {
            return results.getFirst();
        }

        @Override
        public <T> T withinMemory(Supplier<T> work) {
            return RunningOutOfMemory.refusesPictures(work);
        }
    }

    private List<CaptionAttention> describe(ImageBatch pixels, RgbImage[] pictures, Generated captions) {
        int[][] read = Arrays.stream(captions.sequences())
                .map(ids -> Arrays.copyOf(ids, Math.max(1, ids.length - 1))) // nothing is written behind the last
                .toArray(int[][]::new);
        List<List<Tensor>> layers = writer.model()
                .captioner()
                .forwardTexts(pixels, TokenBatch.of(read), ATTENTIONS, false)
                .crossAttentions(); // [layers][pictures], [heads, tokens, patches] each
        return IntStream.range(0, pixels.images())
                .mapToObj(i -> CaptionWords.of(captions.sequences()[i], captions.promptLengths()[i], tokenizer())
                        .attention(
                                grid(pictures[i]),
                                writer.model().captioner().encoder().prefixTokens(),
                                layers.stream().map(layer -> layer.get(i)).toList()))
                .toList();
    }

    private PatchGrid grid(RgbImage picture) {
        ImageEncoder encoder = writer.model().captioner().encoder();
        ImageSize size = processor().outputSize(picture.width(), picture.height());
        return new PatchGrid(
                picture,
                processor().seenRegion(picture.width(), picture.height()),
                size.height() / encoder.patchHeight(),
                size.width() / encoder.patchWidth());
    }

    /** How many layers each word has maps of. */
    public int layers() {
        return writer.model().captioner().config().layers();
    }

    /** How many pictures go through the model together by default. */
    public int batchSize() {
        return writer.batchSize();
    }

    /** What turns pictures into pixel values. */
    public ImageProcessor processor() {
        return writer.processor();
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return writer.tokenizer();
    }

    /** The model. */
    public AutoModelForImageTextToText model() {
        return writer.model();
    }

    @Override
    public CaptionAttentionPipeline withListener(PipelineListener listener) {
        return new CaptionAttentionPipeline(this, Calls.heardBy(listener));
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
        writer.close();
    }
}

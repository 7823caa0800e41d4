package io.tesserae.pipelines.generation;

import static io.tesserae.generation.GenerationOption.LENGTH_PENALTY;
import static io.tesserae.generation.GenerationOption.NUM_BEAMS;
import static io.tesserae.generation.GenerationOption.OUTPUT_LOGITS;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.generation.Generated;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.TokenListener;
import io.tesserae.loaders.AutoGenerationConfig;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModelForVisualQuestionAnswering;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.model.ImageBatch;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.ImageBatches;
import io.tesserae.pipelines.schedule.RunningOutOfMemory;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A picture and a question in, an answer in words out: {@code VisualQuestionAnsweringPipeline} of transformers 4 with a model that writes its
 * answer; version 5 has no such pipeline, and the settings are those of {@code model.generate}.
 *
 * <p>A score is how likely the model holds its answer to be: the product of the probabilities of its tokens, the end's included. With beams it
 * is that by which they were compared, without the division by length. Every question is answered as alone: where transformers puts questions
 * of several lengths into one batch, the decoder looks at their padding.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class VisualQuestionAnsweringPipeline
        implements Pipeline<ImageQuestion, VisualQuestionAnsweringOptions, List<GeneratedAnswer>> {

    /** The task {@code visual-question-answering}. */
    public static final PipelineTask<VisualQuestionAnsweringPipeline> TASK = new PipelineTask<>(
            VisualQuestionAnsweringPipeline.class,
            List.of("visual-question-answering", "vqa"),
            VisualQuestionAnsweringPipeline::load);

    private final FittingTokenizer tokenizer;
    private final AutoModelForVisualQuestionAnswering model;
    private final ImageBatches batches;
    private final GenerationDefaults defaults;
    private final int start;
    private final String description;
    private final Calls calls;

    private static VisualQuestionAnsweringPipeline load(Checkpoint checkpoint, Engine engine) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModelForVisualQuestionAnswering.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> new VisualQuestionAnsweringPipeline(
                        AutoImageProcessor.fromPretrained(checkpoint, engine),
                        tokenizer,
                        model,
                        checkpoint.files().describe("config.json")));
    }

    private VisualQuestionAnsweringPipeline(
            ImageProcessor processor, Tokenizer tokenizer, AutoModelForVisualQuestionAnswering model, String where) {
        var answerer = model.answerer();
        this.model = model;
        this.batches = new ImageBatches(processor, answerer.encoder(), model.engine());
        this.tokenizer = FittingTokenizer.of(tokenizer, answerer.questionConfig(), where);
        this.defaults = GenerationDefaults.of(
                AutoGenerationConfig.of(answerer.tokens()),
                GenerationConfig.DEFAULTS,
                GenerationConfig.DEFAULTS,
                tokenizer);
        this.start = answerer.tokens()
                .start()
                .orElseThrow(() -> new ModelLoadingException(
                        where + ": bos_token_id: expected the token that answers begin with, found none"));
        this.description = Descriptions.of(TASK, model.config(), model.engine());
        this.calls = Calls.UNHEARD;
        batches.requireColour(where);
    }

    private VisualQuestionAnsweringPipeline(VisualQuestionAnsweringPipeline other, Calls calls) {
        this.tokenizer = other.tokenizer;
        this.model = other.model;
        this.batches = other.batches;
        this.defaults = other.defaults;
        this.start = other.start;
        this.description = other.description;
        this.calls = calls;
    }

    /** The likeliest answer to a question about a picture in a file. */
    public GeneratedAnswer ask(Path image, String question) {
        return ask(ImageQuestion.of(image, question), VisualQuestionAnsweringOptions.DEFAULT)
                .getFirst();
    }

    /** Answers to a question about a picture, best first. */
    public List<GeneratedAnswer> ask(ImageQuestion question, VisualQuestionAnsweringOptions options) {
        return answer(question, options);
    }

    /**
     * Answers to questions, in their order, those to each best first.
     *
     * @throws io.tesserae.loaders.image.ImageException if a picture cannot be read; the message names it
     * @throws IllegalArgumentException if a question is too long; or if the options are out of range or not to be had together
     */
    public List<List<GeneratedAnswer>> ask(List<ImageQuestion> questions, VisualQuestionAnsweringOptions options) {
        return answer(questions, options);
    }

    @Override
    public List<List<GeneratedAnswer>> answer(
            List<? extends ImageQuestion> inputs, VisualQuestionAnsweringOptions options) {
        return calls.list(inputs, batchSize(options), new Answering(options));
    }

    @Override
    public Stream<List<GeneratedAnswer>> answer(
            Stream<? extends ImageQuestion> inputs, VisualQuestionAnsweringOptions options) {
        return calls.stream(inputs, batchSize(options), new Answering(options));
    }

    @Override
    public VisualQuestionAnsweringOptions defaultOptions() {
        return VisualQuestionAnsweringOptions.DEFAULT;
    }

    private int batchSize(VisualQuestionAnsweringOptions options) {
        return batches.batchSize(Arguments.require(options, "options").batchSize());
    }

    /** A question as the model reads it. */
    private record Read(ImageInput image, Encoding question) {}

    /** A question is one sequence, read with its picture's batch; it has one answer or several. */
    private final class Answering implements Work<ImageQuestion, Read, List<GeneratedAnswer>, List<GeneratedAnswer>> {

        private final Writing writing;

        Answering(VisualQuestionAnsweringOptions options) {
            GenerationDefaults settings = defaults.with(options.config());
            boolean hasBeams = settings.config().get(NUM_BEAMS) > 1;
            GenerationConfig config =
                    hasBeams ? settings.config() : settings.config().with(OUTPUT_LOGITS, true);
            this.writing = new Writing(
                    new GenerationDefaults(config, false), options.seed(), options.stopSignal(), tokenizer());
        }

        private List<List<GeneratedAnswer>> write(ImageBatch pictures, List<Read> questions) {
            int[][] starts = new int[questions.size()][];
            Arrays.setAll(starts, i -> new int[] {start});
            var read = tokenizer.batch(questions.stream().map(Read::question).toList());
            Generated generated =
                    writing.write(model.answerer().newState(pictures, read, false), starts, TokenListener.NONE);
            int answers = generated.sequences().length / questions.size();
            List<List<GeneratedAnswer>> all = new ArrayList<>(questions.size());
            for (int question = 0; question < questions.size(); question++) {
                List<GeneratedAnswer> ofQuestion = new ArrayList<>(answers);
                for (int row = question * answers; row < (question + 1) * answers; row++) {
                    String text =
                            tokenizer().decode(generated.sequences()[row], true).strip();
                    ofQuestion.add(new GeneratedAnswer(text, (float) StrictMath.exp(logProbability(generated, row))));
                }
                ofQuestion.sort(Comparator.comparing(GeneratedAnswer::score).reversed());
                all.add(List.copyOf(ofQuestion));
            }
            return List.copyOf(all);
        }

        /** The logarithm of an answer's probability: the sum of its tokens'. */
        private double logProbability(Generated generated, int row) {
            int[] tokens = generated.newTokens(row);
            if (generated.sequencesScores().length > 0) {
                double length = StrictMath.pow(tokens.length, writing.config().get(LENGTH_PENALTY));
                return generated.sequencesScores()[row] * length;
            }
            double sum = 0;
            for (int step = 0; step < tokens.length; step++) {
                sum += tokenLogProbability(generated.logits().get(row), step, tokens[step]);
            }
            return sum;
        }

        @Override
        public List<Read> encode(ImageQuestion input) {
            return List.of(new Read(input.image(), tokenizer.encode(TextInput.of(input.question()), false)));
        }

        @Override
        public int size(Read question) {
            return writing.size(1);
        }

        @Override
        public Outcome<List<GeneratedAnswer>> run(List<Read> batch) {
            List<ImageInput> images = batch.stream().map(Read::image).toList();
            return batches.run(images, pictures -> write(pictures, batch.subList(0, pictures.images())));
        }

        @Override
        public List<GeneratedAnswer> answer(
                ImageQuestion input, List<Read> questions, List<List<GeneratedAnswer>> answers) {
            return answers.getFirst();
        }

        @Override
        public <T> T withinMemory(Supplier<T> work) {
            return RunningOutOfMemory.refusesPictures(work);
        }
    }

    /**
     * The logarithm of a token's probability.
     *
     * @param logits {@code [steps, vocabulary]}
     */
    private static double tokenLogProbability(Tensor logits, int step, int token) {
        int vocabulary = logits.dimension(1);
        int first = step * vocabulary;
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = first; i < first + vocabulary; i++) {
            highest = Math.max(highest, logits.data()[i]);
        }
        double sum = 0;
        for (int i = first; i < first + vocabulary; i++) {
            sum += StrictMath.exp(logits.data()[i] - highest);
        }
        return logits.data()[first + token] - highest - StrictMath.log(sum);
    }

    /** How many questions go through the model together by default. */
    public int batchSize() {
        return batches.batchSize(0);
    }

    /** What turns pictures into pixel values. */
    public ImageProcessor processor() {
        return batches.processor();
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer.tokenizer();
    }

    /** The model. */
    public AutoModelForVisualQuestionAnswering model() {
        return model;
    }

    /** How it generates where nobody says. */
    public GenerationConfig generationConfig() {
        return defaults.config();
    }

    @Override
    public VisualQuestionAnsweringPipeline withListener(PipelineListener listener) {
        return new VisualQuestionAnsweringPipeline(this, Calls.heardBy(listener));
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

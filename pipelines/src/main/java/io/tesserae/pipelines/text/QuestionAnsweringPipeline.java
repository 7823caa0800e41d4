package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForQuestionAnswering;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.model.QuestionAnswererOutput;
import io.tesserae.model.TokenBatch;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A question and a text in, the part of the text that answers it out: {@code QuestionAnsweringPipeline} of transformers 4 (version
 * 5 has none).
 *
 * <p>A text that is longer than the model takes is read in windows that overlap.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class QuestionAnsweringPipeline
        implements Pipeline<QuestionInput, QuestionAnsweringOptions, List<Answer>> {

    /** The task {@code question-answering}. */
    public static final PipelineTask<QuestionAnsweringPipeline> TASK = new PipelineTask<>(
            QuestionAnsweringPipeline.class, List.of("question-answering"), QuestionAnsweringPipeline::load);

    private static final int LONGEST_WINDOW = 384;
    private static final int LONGEST_STRIDE = 128;

    private final FittingTokenizer tokenizer;
    private final AutoModelForQuestionAnswering model;
    private final String description;
    private final Calls calls;

    private static QuestionAnsweringPipeline load(Checkpoint checkpoint, Engine engine) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModelForQuestionAnswering.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> new QuestionAnsweringPipeline(
                        tokenizer, model, checkpoint.files().describe("config.json"), engine));
    }

    private QuestionAnsweringPipeline(
            Tokenizer tokenizer, AutoModelForQuestionAnswering model, String where, Engine engine) {
        this.tokenizer = FittingTokenizer.of(tokenizer, model.answerer().encoder(), where);
        this.model = model;
        this.description = Descriptions.of(TASK, model.config(), engine);
        this.calls = Calls.UNHEARD;
    }

    private QuestionAnsweringPipeline(QuestionAnsweringPipeline other, Calls calls) {
        this.tokenizer = other.tokenizer;
        this.model = other.model;
        this.description = other.description;
        this.calls = calls;
    }

    /** The best answer; an empty one of score 0 where the text has no words. */
    public Answer answer(String question, String context) {
        List<Answer> answers = answer(new QuestionInput(question, context));
        return answers.isEmpty() ? new Answer("", 0, 0, 0) : answers.getFirst();
    }

    /** The best answers to one question, best first; none where the text has no words. */
    public List<Answer> answer(String question, String context, QuestionAnsweringOptions options) {
        return answer(new QuestionInput(question, context), options);
    }

    /**
     * The best answers to each question, best first, in the order of the questions; none to a question whose text has no words.
     *
     * @throws IllegalArgumentException if a question leaves no room for its text in a window, or the options do not fit the model
     */
    @Override
    public List<List<Answer>> answer(List<? extends QuestionInput> inputs, QuestionAnsweringOptions options) {
        return calls.list(inputs, Arguments.require(options, "options").batchSize(), new Answering(options));
    }

    @Override
    public Stream<List<Answer>> answer(Stream<? extends QuestionInput> inputs, QuestionAnsweringOptions options) {
        return calls.stream(inputs, Arguments.require(options, "options").batchSize(), new Answering(options));
    }

    @Override
    public QuestionAnsweringOptions defaultOptions() {
        return QuestionAnsweringOptions.DEFAULT;
    }

    /** What a model says of one window: how well an answer begins and ends at each of its tokens. */
    private record WindowLogits(float[] start, float[] end) {}

    /** A question is as many sequences as there are windows over its text. */
    private final class Answering implements Work.OnTexts<QuestionInput, WindowLogits, List<Answer>> {

        private final QuestionAnsweringOptions options;
        private final EncodingOptions windows;

        Answering(QuestionAnsweringOptions options) {
            this.options = options;
            int length = options.maxSequenceLength().orElse(Math.min(tokenizer.maxLength(), LONGEST_WINDOW));
            int stride = options.docStride().orElse(Math.min(length / 2, LONGEST_STRIDE));
            if (length > tokenizer.positions()) {
                throw new IllegalArgumentException("maxSequenceLength: expected at most the " + tokenizer.positions()
                        + " positions that the model has, found " + length);
            }
            if (stride >= length) {
                throw new IllegalArgumentException(
                        "docStride: expected fewer tokens than the " + length + " of a window, found " + stride);
            }
            windows = EncodingOptions.DEFAULT
                    .withTruncation(TruncationStrategy.ONLY_SECOND)
                    .withMaxLength(length)
                    .withOverflow(stride);
        }

        @Override
        public List<Encoding> encode(QuestionInput input) {
            Encoding first = tokenizer.encode(TextInput.of(input.question(), input.context()), windows);
            return Stream.concat(Stream.of(first), first.overflow().stream()).toList();
        }

        @Override
        public List<WindowLogits> forward(List<Encoding> batch) {
            TokenBatch tokens = tokenizer.batch(batch);
            QuestionAnswererOutput output = model.forward(tokens);
            int[] starts = tokens.sequenceStarts();
            return IntStream.range(0, batch.size())
                    .mapToObj(window -> new WindowLogits(
                            Arrays.copyOfRange(output.startLogits().data(), starts[window], starts[window + 1]),
                            Arrays.copyOfRange(output.endLogits().data(), starts[window], starts[window + 1])))
                    .toList();
        }

        @Override
        public List<Answer> answer(QuestionInput input, List<Encoding> sequences, List<WindowLogits> logits) {
            AnswerSearch search = new AnswerSearch(model.engine().machine().kernels(), input.context(), options);
            for (int window = 0; window < sequences.size(); window++) {
                search.addWindow(
                        sequences.get(window),
                        logits.get(window).start(),
                        logits.get(window).end());
            }
            return search.best();
        }
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer.tokenizer();
    }

    /** The model. */
    public AutoModelForQuestionAnswering model() {
        return model;
    }

    @Override
    public QuestionAnsweringPipeline withListener(PipelineListener listener) {
        return new QuestionAnsweringPipeline(this, Calls.heardBy(listener));
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

package io.tesserae.cli.run;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.InputLines;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.input.QuestionFormat;
import io.tesserae.cli.option.Converters;
import io.tesserae.cli.output.FiniteNumber;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.text.Answer;
import io.tesserae.pipelines.text.QuestionAnsweringOptions;
import io.tesserae.pipelines.text.QuestionAnsweringPipeline;
import io.tesserae.pipelines.text.QuestionInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run question-answering}. */
@Command(
        header = {"The part of a text that answers a question.", ""},
        footer = "  tesserae run question-answering --model DIR --context-file history.txt \"Who carried the map?\"")
final class QuestionAnsweringTask implements Callable<Integer> {

    private static final int LONGEST_CONTEXT = InputLines.BYTE_LIMIT;

    @Option(
            names = "--top-k",
            paramLabel = "N|all",
            converter = Converters.TopK.class,
            description = "Return this many answers to each question, best first; JSON is then an array.")
    private Integer topK;

    @Option(names = "--context", paramLabel = "TEXT", description = "The text in which the answers are.")
    private String context;

    @Option(names = "--context-file", paramLabel = "FILE", description = "The file in which the answers are.")
    private String contextFile;

    @Option(
            names = "--doc-stride",
            paramLabel = "N",
            converter = Converters.Length.class,
            description =
                    "Tokens that neighbouring windows over a long text share; by default 128, or half" + " a window.")
    private Integer docStride;

    @Option(
            names = "--max-answer-length",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Tokens of an answer; by default 15.")
    private Integer maxAnswerLength;

    @Option(
            names = "--max-sequence-length",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Tokens of a window, the question included; by default 384, or what the model" + " takes.")
    private Integer maxSequenceLength;

    @Option(names = "--impossible-answers", description = "That there is no answer is an answer too, an empty one.")
    private boolean impossibleAnswers;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    QuestionAnsweringTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        QuestionAnsweringOptions options =
                pipelineOptions(TaskRun.optional(topK).orElse(1), batchSize.orDefault());
        QuestionFormat format = new QuestionFormat(context(run));
        if (format.context().isEmpty() && !run.arguments().isEmpty()) {
            throw run.usage(
                    "a question needs a text to find the answer in: give --context TEXT or --context-file FILE");
        }
        try (Inputs<QuestionInput> questions = run.inputs(format);
                Engine engine = run.openEngine();
                QuestionAnsweringPipeline pipeline = Pipelines.questionAnswering(run.requireModel(), engine);
                Progress progress = InputProgress.of(questions, run.console())) {
            EveryInput.run(
                    run,
                    questions,
                    batchSize.textsTogether(),
                    batch -> pipeline.answer(batch, options),
                    (question, answers) -> run.isJson() ? json(question, answers) : line(question, answers),
                    progress);
        }
    }

    /** The text for all questions that bring none of their own. */
    private Optional<String> context(TaskRun run) throws IOException {
        if (context != null && contextFile != null) {
            throw run.usage("give --context or --context-file, not both");
        }
        if (contextFile == null) {
            return Optional.ofNullable(context);
        }
        try {
            Path file = Path.of(contextFile);
            if (Files.isRegularFile(file) && Files.size(file) > LONGEST_CONTEXT) {
                throw new CommandException(contextFile + ": longer than the 64 MiB that are allowed");
            }
            byte[] bytes = Files.readAllBytes(file);
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new CommandException(contextFile + ": expected a text in UTF-8, found other bytes");
        } catch (InvalidPathException e) {
            throw new CommandException(contextFile + ": not a file's name");
        }
    }

    private QuestionAnsweringOptions pipelineOptions(int topK, int batchSize) {
        QuestionAnsweringOptions options = QuestionAnsweringOptions.DEFAULT
                .withTopK(topK)
                .withBatchSize(batchSize)
                .withHandleImpossibleAnswer(impossibleAnswers);
        options = docStride == null ? options : options.withDocStride(docStride);
        options = maxAnswerLength == null ? options : options.withMaxAnswerLength(maxAnswerLength);
        return maxSequenceLength == null ? options : options.withMaxSequenceLength(maxSequenceLength);
    }

    /** As in transformers, several answers are a list, and one is none, however many were asked for. */
    private static String json(QuestionInput question, List<Answer> answers) {
        Json line = new Json();
        if (answers.size() > 1) {
            return line.array(answers, (json, answer) -> write(json, question, answer))
                    .toString();
        }
        return write(line, question, answers.isEmpty() ? new Answer("", 0, 0, 0) : answers.getFirst())
                .toString();
    }

    /** Places are counted in code points, as Python does. */
    private static Json write(Json json, QuestionInput question, Answer answer) {
        String context = question.context();
        return json.raw("{")
                .name("score")
                .number(answer.score())
                .name("start")
                .integer(context.codePointCount(0, answer.start()))
                .name("end")
                .integer(context.codePointCount(0, answer.end()))
                .name("answer")
                .string(answer.text())
                .raw("}");
    }

    private static String line(QuestionInput question, List<Answer> answers) {
        String asked = Printable.excerpt(question.question());
        return answers.isEmpty()
                ? asked + "\n  (no answer)"
                : answers.stream()
                        .map(answer -> FiniteNumber.text(answer.score()) + "  "
                                + (answer.text().isEmpty() ? "(no answer)" : Printable.excerpt(answer.text())))
                        .collect(Collectors.joining("\n  ", asked + "\n  ", ""));
    }
}

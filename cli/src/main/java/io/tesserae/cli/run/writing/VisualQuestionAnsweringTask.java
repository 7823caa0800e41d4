package io.tesserae.cli.run.writing;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.ImageQuestionFormat;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.output.FiniteNumber;
import io.tesserae.cli.output.GeneratedTexts;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.generation.GeneratedAnswer;
import io.tesserae.pipelines.generation.ImageQuestion;
import io.tesserae.pipelines.generation.VisualQuestionAnsweringOptions;
import io.tesserae.pipelines.generation.VisualQuestionAnsweringPipeline;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run visual-question-answering}. */
@Command(
        header = {"An answer in words to a question about a picture.", ""},
        footer =
                "  tesserae run visual-question-answering --model DIR --question \"How many dogs are there?\" park.jpg")
public final class VisualQuestionAnsweringTask implements Callable<Integer> {

    @Option(
            names = "--question",
            paramLabel = "TEXT",
            description = "The question about each picture; a line may bring its own as question.")
    private String question;

    @Mixin
    private WritingOptions writing;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    /** The task, whose answers go to a console. */
    public VisualQuestionAnsweringTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        if (question == null && !run.arguments().isEmpty()) {
            throw run.usage("visual-question-answering needs a question: give --question TEXT");
        }
        try (Inputs<ImageQuestion> questions = run.inputs(new ImageQuestionFormat(Optional.ofNullable(question)));
                Engine engine = run.openEngine();
                VisualQuestionAnsweringPipeline pipeline =
                        Pipelines.visualQuestionAnswering(run.requireModel(), engine);
                StopAtShutdown stop = new StopAtShutdown();
                Progress progress = InputProgress.of(questions, run.console())) {
            VisualQuestionAnsweringOptions options = VisualQuestionAnsweringOptions.DEFAULT
                    .withConfig(writing.config())
                    .withSeed(writing.seed())
                    .withStopSignal(stop);
            EveryInput.run(
                    run,
                    questions,
                    batchSize.value().orElse(pipeline.batchSize()),
                    batch -> stop.unlessGiven(pipeline.ask(batch, options.withBatchSize(batch.size()))),
                    (asked, answers) -> run.isJson() ? GeneratedTexts.answersJson(answers) : lines(asked, answers),
                    progress);
        }
    }

    private static String lines(ImageQuestion asked, List<GeneratedAnswer> answers) {
        String title = Printable.escape(asked.image().name()) + ": " + Printable.excerpt(asked.question());
        return answers.stream()
                .map(answer -> FiniteNumber.text(answer.score()) + "  " + Printable.escape(answer.text()))
                .collect(Collectors.joining("\n  ", title + "\n  ", ""));
    }
}

package io.tesserae.cli.run.writing;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.input.TextPromptFormat;
import io.tesserae.cli.output.ChatJson;
import io.tesserae.cli.output.GeneratedTexts;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.generation.TextGenerationOptions;
import io.tesserae.pipelines.generation.TextGenerationPipeline;
import io.tesserae.pipelines.generation.TextPrompt;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tesserae run text-generation}. */
@Command(
        header = {"Texts continued by a model that writes.", ""},
        footer = "  tesserae run text-generation --model DIR --max-new-tokens 40 --stream \"Once upon a time\"")
public final class TextGenerationTask implements Callable<Integer> {

    /** An answer takes long, and nobody is to wait for those to other inputs. */
    private static final int TEXTS_TOGETHER = 8;

    @Mixin
    private ChatOption chat;

    @Mixin
    private WritingOptions writing;

    @Mixin
    private StreamOption stream;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    /** The task, whose answers go to a console. */
    public TextGenerationTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        boolean streams = stream.isAsked(run, writing.config());
        try (Inputs<TextPrompt> texts = run.inputs(new TextPromptFormat(chat.isAsked()));
                Engine engine = run.openEngine();
                TextGenerationPipeline pipeline = Pipelines.textGeneration(run.requireModel(), engine);
                StopAtShutdown stop = new StopAtShutdown();
                Progress progress = InputProgress.of(texts, run.console())) {
            TextGenerationOptions options = TextGenerationOptions.DEFAULT
                    .withConfig(writing.config())
                    .withSeed(writing.seed())
                    .withStopSignal(stop)
                    .withBatchSize(batchSize.orDefault());
            if (streams) {
                StreamOption.run(
                        run,
                        texts,
                        (text, print) -> stop.requireFinished(pipeline.write(text, options, print)),
                        text -> "",
                        progress);
            } else {
                EveryInput.run(
                        run,
                        texts,
                        batchSize.value().orElse(TEXTS_TOGETHER),
                        batch -> stop.requireFinished(pipeline.write(batch, options)),
                        (text, answers) -> run.isJson() ? ChatJson.line(text, answers) : GeneratedTexts.lines(answers),
                        progress);
            }
        }
    }
}

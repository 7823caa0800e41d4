package io.tesserae.cli.run.writing;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.output.ChatJson;
import io.tesserae.cli.output.GeneratedTexts;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.generation.ImageTextToTextOptions;
import io.tesserae.pipelines.generation.ImageTextToTextPipeline;
import io.tesserae.pipelines.generation.MixedPrompt;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tesserae run image-text-to-text}. */
@Command(
        header = {"Texts with pictures among the words, continued.", ""},
        footer = {
            "  tesserae run image-text-to-text --model DIR --image cat.jpg --max-new-tokens 20 \"<image>What is this? It is\"",
            "",
            "A line of --input is a text, or {\"text\": ..., \"images\": [...]}, or the parts in their order,",
            "{\"parts\": [{\"text\": ...}, {\"image\": ...}]}, or {\"messages\": [...]}, whose pictures are",
            "{\"type\": \"image\", \"path\": ...} in their content."
        })
public final class ImageTextToTextTask implements Callable<Integer> {

    /** An answer takes long, and nobody is to wait for those to other inputs. */
    private static final int PROMPTS_TOGETHER = 8;

    @Mixin
    private MixedPromptOptions mixed;

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
    public ImageTextToTextTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        boolean streams = stream.isAsked(run, writing.config());
        var format = mixed.format();
        ImageTextToTextOptions settings = options();
        try (Inputs<MixedPrompt> prompts = run.inputs(format);
                Engine engine = run.openEngine();
                ImageTextToTextPipeline pipeline = Pipelines.imageTextToText(run.requireModel(), engine);
                StopAtShutdown stop = new StopAtShutdown();
                Progress progress = InputProgress.of(prompts, run.console())) {
            ImageTextToTextOptions options = settings.withStopSignal(stop);
            if (streams) {
                StreamOption.run(
                        run,
                        prompts,
                        (prompt, print) -> stop.requireFinished(pipeline.generate(prompt, options, print)),
                        prompt -> "",
                        progress);
            } else {
                EveryInput.run(
                        run,
                        prompts,
                        batchSize.value().orElse(PROMPTS_TOGETHER),
                        batch -> stop.requireFinished(pipeline.generate(batch, options)),
                        (prompt, answers) ->
                                run.isJson() ? ChatJson.line(prompt, answers) : GeneratedTexts.lines(answers),
                        progress);
            }
        }
    }

    private ImageTextToTextOptions options() throws IOException {
        ImageTextToTextOptions options = ImageTextToTextOptions.DEFAULT
                .withConfig(writing.config())
                .withSeed(writing.seed())
                .withBatchSize(batchSize.orDefault());
        return mixed.withExamples(options);
    }
}

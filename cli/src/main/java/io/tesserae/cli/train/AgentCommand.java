package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.Converters;
import io.tesserae.training.task.GeneralistTask;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae train agent}. */
@Command(
        header = {
            "One model that acts in several environments and writes of photos: lines of JSON, each an episode, a photo with a"
                    + " text, or a text.",
            ""
        },
        footer = {
            "  tesserae train agent --model tokenizer-and-processor --from-scratch jat.json \\",
            "      --train episodes.jsonl --eval others.jsonl --output-dir OUT --context-steps 24"
        })
final class AgentCommand implements Callable<Integer> {

    @Option(
            names = "--context-steps",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "The most steps of an episode that are read at once, each of them two tokens; 32 by default.")
    private int contextSteps = 32;

    @Mixin
    private TrainOptions options;

    private final Console console;

    AgentCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        GeneralistTask.Options how = new GeneralistTask.Options(contextSteps, 0);
        return TrainRun.of(
                options,
                console,
                plan -> GeneralistTask.open(plan.source(), plan.network(), plan.train(), plan.eval(), how));
    }
}

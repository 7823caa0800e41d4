package io.tesserae.cli.train;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Failure;
import io.tesserae.cli.console.Table;
import io.tesserae.engine.Engine;
import io.tesserae.training.Trainer;
import io.tesserae.training.TrainingArguments;
import io.tesserae.training.TrainingCallback;
import io.tesserae.training.TrainingResult;
import io.tesserae.training.TrainingState;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.log.LogEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ExitCode;

/** One run: its model and its data, training, and what is said of it. */
final class TrainRun {

    private static final int INTERRUPTED = 130; // as a shell says it of SIGINT

    private final TrainOptions options;
    private final TrainingArguments arguments;
    private final Console console;

    private TrainRun(TrainOptions options, Console console) {
        this.options = options;
        this.arguments = options.arguments();
        this.console = console;
    }

    /** Reads the model and the data of a task. */
    @FunctionalInterface
    interface Opening {
        TrainingTask open(TrainPlan plan) throws IOException;
    }

    /** Trains as the options say. Returns the exit code. */
    static int of(TrainOptions options, Console console, Opening opening) throws IOException {
        TrainRun run = new TrainRun(options, console);
        try {
            return run.train(opening);
        } catch (TrainingException e) {
            throw new CommandException(e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new CommandException(
                    "out of memory at " + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MB; take a smaller --per-device-train-batch-size (and more"
                            + " --gradient-accumulation-steps), a smaller --max-length, or --gradient-checkpointing, or"
                            + " give the JVM more (TESSERAE_JAVA_OPTIONS=-Xmx8g)",
                    e);
        }
    }

    private int train(Opening opening) throws IOException {
        OutputFolder folder = options.outputFolder();
        TrainPlan plan = options.plan(arguments, console);
        folder.requireFree(modelFolder(plan));
        try (Engine engine = options.openEngine(console);
                TrainingTask task = opening.open(plan)) {
            say(task.description());
            task.notices().forEach(this::say);
            folder.clear();
            if (options.resumes() && !folder.hasCheckpoint()) {
                say(folder.path() + ": no checkpoint to go on from; training begins at step 0");
            }
            return train(task, engine);
        }
    }

    /** Where the checkpoint lies, unless weights begin anew. */
    private static Optional<Path> modelFolder(TrainPlan plan) {
        return plan.source().files().path("config.json").map(Path::getParent);
    }

    private int train(TrainingTask task, Engine engine) {
        try (StopAfterStep stop = new StopAfterStep(console)) {
            try {
                TrainingResult result;
                try (TrainingProgress progress = TrainingProgress.of(console, options.isJson(), task.trainExamples())) {
                    result = train(new Trainer(task, arguments, engine).with(stop), progress);
                }
                report(result);
                console.out().flush();
                return stop.isGiven() ? INTERRUPTED : ExitCode.OK;
            } catch (RuntimeException e) {
                if (!stop.isGiven()) {
                    throw e;
                }
                Failure.report(e, console); // now, since the process ends when this is over
                return INTERRUPTED;
            }
        }
    }

    private TrainingResult train(Trainer trainer, TrainingProgress progress) {
        trainer.with(progress);
        if (options.isJson()) {
            trainer.with(new TrainingCallback() {
                @Override
                public void onLog(TrainingState state, LogEntry entry) {
                    console.out().line(entry.toJson());
                    console.out().flush();
                }
            });
        }
        options.earlyStopping(arguments).ifPresent(trainer::with);
        return options.resumes() ? trainer.resume() : trainer.train();
    }

    private void report(TrainingResult result) {
        if (result.stopped()) {
            say("stopped after step " + result.globalStep() + "; --resume goes on from the last checkpoint");
        }
        if (options.isJson()) {
            say("the model is in " + arguments.outputDir());
            return;
        }
        Table table = new Table("metric", ">value");
        if (!Double.isNaN(result.trainLoss())) {
            table.row("train_loss", number(result.trainLoss()));
        }
        result.metrics().forEach((name, value) -> table.row(name, number(value)));
        table.print(console.out());
        console.out().line("the model is in " + arguments.outputDir());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private void say(String message) {
        if (!console.isQuiet()) {
            console.message("tesserae: " + message);
        }
    }
}

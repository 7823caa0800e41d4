package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.ProgressLine;
import io.tesserae.training.TrainingCallback;
import io.tesserae.training.TrainingState;
import io.tesserae.training.log.LogEntry;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** How far a run is, for whoever watches standard error: a bar for a person, for a log the lines of the run's own. */
abstract sealed class TrainingProgress implements TrainingCallback, AutoCloseable {

    final Console console;
    final StepSpeed speed;

    private TrainingProgress(Console console, StepSpeed speed) {
        this.console = console;
        this.speed = speed;
    }

    /**
     * What fits those who watch.
     *
     * @param isJson whether standard output has the log
     * @param examples of an epoch
     */
    static TrainingProgress of(Console console, boolean isJson, long examples) {
        StepSpeed speed = new StepSpeed(examples, System::nanoTime);
        boolean watchesLog = isJson && console.terminals().out();
        if (console.isQuiet() || watchesLog) {
            return new Silent(console, speed);
        }
        return console.terminals().err() ? new Bar(console, speed) : new Lines(console, speed);
    }

    @Override
    public void onTrainBegin(TrainingState state) {
        speed.begin(state);
    }

    @Override
    public void onStepEnd(TrainingState state) {
        speed.stepDone(state);
    }

    @Override
    public void onEvaluate(TrainingState state, Map<String, Double> metrics) {
        speed.betweenSteps();
    }

    @Override
    public void onSave(TrainingState state, Path checkpoint) {
        speed.betweenSteps();
    }

    @Override
    public void close() {}

    /** {@code epoch 0.50, loss 0.4123}, and whatever else a line of the log has but the learning rate. */
    static String describe(LogEntry entry) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "epoch %.2f", entry.epoch()));
        entry.numbers().forEach((name, number) -> {
            if (!name.equals("learning_rate") && !name.equals("grad_norm")) {
                text.append(String.format(Locale.ROOT, ", %s %.4f", name, number));
            }
        });
        return text.toString();
    }

    /** Nothing. */
    private static final class Silent extends TrainingProgress {
        Silent(Console console, StepSpeed speed) {
            super(console, speed);
        }
    }

    /** A bar over the steps; evaluations stay above it. */
    private static final class Bar extends TrainingProgress {

        private ProgressLine bar;

        Bar(Console console, StepSpeed speed) {
            super(console, speed);
        }

        @Override
        public void onTrainBegin(TrainingState state) {
            super.onTrainBegin(state);
            bar = ProgressLine.ofSteps(state.globalStep(), state.maxSteps(), console.err());
        }

        @Override
        public void onStepEnd(TrainingState state) {
            super.onStepEnd(state);
            bar.note(String.format(
                    Locale.ROOT,
                    "epoch %.2f, loss %.3f, %.1f examples/s",
                    state.epoch(),
                    state.loss(),
                    speed.examplesPerSecond()));
            bar.reached(state.globalStep());
        }

        @Override
        public void onLog(TrainingState state, LogEntry entry) {
            if (!entry.has("loss")) {
                console.messageOverBar("tesserae: step " + entry.step() + ", " + describe(entry));
            }
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }

    /** The lines of the log, for people. */
    private static final class Lines extends TrainingProgress {
        Lines(Console console, StepSpeed speed) {
            super(console, speed);
        }

        @Override
        public void onLog(TrainingState state, LogEntry entry) {
            long left = speed.secondsLeft(state);
            String pace = entry.has("loss")
                    ? String.format(
                            Locale.ROOT,
                            ", %.1f examples/s, %d:%02d:%02d left",
                            speed.examplesPerSecond(),
                            left / 3600,
                            left / 60 % 60,
                            left % 60)
                    : "";
            console.message(
                    "tesserae: step " + entry.step() + " of " + state.maxSteps() + ", " + describe(entry) + pace);
        }
    }
}

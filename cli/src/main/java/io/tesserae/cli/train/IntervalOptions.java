package io.tesserae.cli.train;

import io.tesserae.cli.option.Choice;
import io.tesserae.cli.option.Converters;
import io.tesserae.tensor.Precision;
import io.tesserae.training.EarlyStopping;
import io.tesserae.training.IntervalStrategy;
import io.tesserae.training.TrainingArguments;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is done on the way, and how often, by the names of transformers' arguments: log, evaluate, save, stop. */
final class IntervalOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--logging-steps",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Steps from one line of the log to the next; 50 by default.")
    private Integer loggingSteps;

    @Option(
            names = "--eval-strategy",
            paramLabel = "no|steps|epoch",
            converter = Strategy.class,
            completionCandidates = Strategy.class,
            description = "When the model is evaluated: after every epoch by default, where there is --eval.")
    private IntervalStrategy evalStrategy;

    @Option(
            names = "--eval-steps",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Evaluate after every so many steps; 500 with --eval-strategy steps alone.")
    private Integer evalSteps;

    @Option(
            names = "--save-strategy",
            paramLabel = "no|steps|epoch",
            converter = Strategy.class,
            completionCandidates = Strategy.class,
            description = "When a checkpoint is saved: after every epoch by default.")
    private IntervalStrategy saveStrategy;

    @Option(
            names = "--save-steps",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Save after every so many steps; 500 with --save-strategy steps alone.")
    private Integer saveSteps;

    @Option(
            names = "--save-total-limit",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "The most checkpoints that are kept: the last, and the best. By default all are.")
    private Integer saveTotalLimit;

    @Option(
            names = "--load-best-model-at-end",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|false",
            description = "Save the best model that was evaluated, not the last.")
    private Boolean loadBestModelAtEnd;

    @Option(
            names = "--metric-for-best-model",
            paramLabel = "NAME",
            description = "By which metric a model is the best: loss (the default), or another that the task has.")
    private String metricForBestModel;

    @Option(
            names = "--greater-is-better",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|false",
            description = "Whether the best has the greatest value; by default unless the metric is a loss.")
    private Boolean greaterIsBetter;

    @Option(
            names = "--early-stopping-patience",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Stop after so many evaluations in a row that are no better.")
    private Integer earlyStoppingPatience;

    @Option(
            names = "--dtype",
            paramLabel = "float32|float16|bfloat16",
            converter = Type.class,
            completionCandidates = Type.class,
            description = "As what the trained model's weights are saved: float32 by default.")
    private Precision dtype;

    /** The same arguments with what was given. */
    TrainingArguments applyTo(TrainingArguments arguments, boolean evaluates) {
        requireSteps("eval", evalStrategy, evalSteps);
        requireSteps("save", saveStrategy, saveSteps);
        TrainingArguments all = new GivenArguments(arguments)
                .take(loggingSteps, TrainingArguments::withLoggingSteps)
                .take(evalSteps == null ? evalStrategy : IntervalStrategy.STEPS, TrainingArguments::withEvalStrategy)
                .take(evalSteps, TrainingArguments::withEvalSteps)
                .take(saveSteps == null ? saveStrategy : IntervalStrategy.STEPS, TrainingArguments::withSaveStrategy)
                .take(saveSteps, TrainingArguments::withSaveSteps)
                .take(saveTotalLimit, TrainingArguments::withSaveTotalLimit)
                .take(loadBestModelAtEnd, TrainingArguments::withLoadBestModelAtEnd)
                .take(metric(), TrainingArguments::withMetricForBestModel)
                .take(Optional.ofNullable(greaterIsBetter), TrainingArguments::withGreaterIsBetter)
                .take(dtype, TrainingArguments::withDtype)
                .arguments();
        boolean never = !evaluates || all.evalStrategy() == IntervalStrategy.NO;
        if (never && (all.loadBestModelAtEnd() || earlyStoppingPatience != null)) {
            throw usage((all.loadBestModelAtEnd() ? "--load-best-model-at-end" : "--early-stopping-patience")
                    + " needs evaluations: give --eval FILE, and no --eval-strategy no");
        }
        return all;
    }

    /** Who stops the run, where somebody is to. */
    Optional<EarlyStopping> earlyStopping(TrainingArguments arguments) {
        return Optional.ofNullable(earlyStoppingPatience)
                .map(patience ->
                        new EarlyStopping(arguments.metricForBestModel(), arguments.isGreaterBetter(), patience, 0));
    }

    /** Transformers takes names with {@code eval_} and without. */
    private String metric() {
        return metricForBestModel == null ? null : metricForBestModel.replaceFirst("^eval_", "");
    }

    private void requireSteps(String what, IntervalStrategy strategy, Integer steps) {
        if (steps != null && strategy != null && strategy != IntervalStrategy.STEPS) {
            throw usage("--" + what + "-steps needs --" + what + "-strategy steps");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** By transformers' names. */
    static final class Strategy extends Choice<IntervalStrategy> {
        Strategy() {
            super(List.of(IntervalStrategy.values()));
        }
    }

    /** By transformers' names. */
    static final class Type extends Choice<Precision> {
        Type() {
            super(
                    List.of(Precision.FLOAT32, Precision.FLOAT16, Precision.BFLOAT16),
                    type -> type.name().toLowerCase(Locale.ROOT));
        }
    }
}

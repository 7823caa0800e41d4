package io.tesserae.cli.train;

import io.tesserae.cli.option.Choice;
import io.tesserae.cli.option.Converters;
import io.tesserae.training.TrainingArguments;
import io.tesserae.training.TrainingArguments.Optim;
import io.tesserae.training.optimizer.LearningRateSchedule;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How weights are changed, step by step, by the names of transformers' arguments. */
final class OptimizationOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--num-train-epochs",
            paramLabel = "X",
            converter = Numbers.Positive.class,
            description = "How often the data is seen, in fractions too; 3 by default.")
    private Double numTrainEpochs;

    @Option(
            names = "--max-steps",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Steps of the run, however many epochs they are.")
    private Integer maxSteps;

    @Option(
            names = "--per-device-train-batch-size",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Examples of a training batch; 8 by default.")
    private Integer perDeviceTrainBatchSize;

    @Option(
            names = "--per-device-eval-batch-size",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Examples of a batch of an evaluation; 8 by default.")
    private Integer perDeviceEvalBatchSize;

    @Option(
            names = "--gradient-accumulation-steps",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Batches of a step, whose losses are averaged; 1 by default.")
    private Integer gradientAccumulationSteps;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            converter = Numbers.NotNegative.class,
            description = "The learning rate at its highest; 5e-5 by default.")
    private Double learningRate;

    @Option(
            names = "--lr-scheduler-type",
            paramLabel = "NAME",
            converter = Schedule.class,
            completionCandidates = Schedule.class,
            description =
                    "How the learning rate changes: linear (the default), cosine, constant, constant_with_warmup or"
                            + " inverse_sqrt.")
    private LearningRateSchedule lrSchedulerType;

    @Option(
            names = "--warmup-steps",
            paramLabel = "X",
            converter = Numbers.NotNegative.class,
            description = "Steps in which the learning rate rises from 0; below 1, a share of all; 0 by default.")
    private Double warmupSteps;

    @Option(
            names = "--warmup-ratio",
            paramLabel = "X",
            converter = Numbers.BelowOne.class,
            description = "The same as a share of all steps.")
    private Double warmupRatio;

    @Option(
            names = "--optim",
            paramLabel = "adamw_torch|sgd",
            converter = OptimName.class,
            completionCandidates = OptimName.class,
            description = "The optimiser: AdamW (the default), or SGD with --adam-beta1 as its momentum.")
    private Optim optim;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            converter = Numbers.NotNegative.class,
            description = "Weight decay of all parameters but biases and norms; 0 by default.")
    private Double weightDecay;

    @Option(
            names = "--adam-beta1",
            paramLabel = "X",
            converter = Numbers.BelowOne.class,
            description = "Decay of the mean of gradients; 0.9 by default.")
    private Double adamBeta1;

    @Option(
            names = "--adam-beta2",
            paramLabel = "X",
            converter = Numbers.BelowOne.class,
            description = "Decay of the mean of their squares; 0.999 by default.")
    private Double adamBeta2;

    @Option(
            names = "--adam-epsilon",
            paramLabel = "X",
            converter = Numbers.NotNegative.class,
            description = "What is added to the root of those; 1e-8 by default.")
    private Double adamEpsilon;

    @Option(
            names = "--max-grad-norm",
            paramLabel = "X",
            converter = Numbers.NotNegative.class,
            description = "The gradient's norm is brought below this; 1 by default, 0 for no limit.")
    private Double maxGradNorm;

    @Option(
            names = "--label-smoothing-factor",
            paramLabel = "X",
            converter = Numbers.BelowOne.class,
            description = "The share of a label's weight that goes to all others; 0 by default.")
    private Double labelSmoothingFactor;

    @Option(
            names = "--ema-decay",
            paramLabel = "X",
            converter = Numbers.BelowOne.class,
            description =
                    "Decay of a moving average of the weights, which is evaluated and saved in their place; 0, none, by"
                            + " default.")
    private Double emaDecay;

    @Option(
            names = "--seed",
            paramLabel = "N",
            converter = Converters.Length.class,
            description =
                    "What the order of the data, dropout, masks and new weights follow from; 42 by default. The same seed"
                            + " gives the same weights, bit for bit, on any machine.")
    private Integer seed;

    @Option(names = "--no-shuffle", description = "Take examples in the order of the file, in every epoch.")
    private boolean noShuffle;

    @Option(
            names = "--gradient-checkpointing",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|false",
            description =
                    "Keep only what goes into each block, and compute the rest once more: less memory, more time.")
    private Boolean gradientCheckpointing;

    /** The same arguments with what was given. */
    TrainingArguments applyTo(TrainingArguments arguments) {
        if (warmupSteps != null && warmupRatio != null) {
            throw new ParameterException(spec.commandLine(), "give --warmup-steps or --warmup-ratio");
        }
        return new GivenArguments(arguments)
                .take(numTrainEpochs, TrainingArguments::withNumTrainEpochs)
                .take(maxSteps, TrainingArguments::withMaxSteps)
                .take(perDeviceTrainBatchSize, TrainingArguments::withPerDeviceTrainBatchSize)
                .take(perDeviceEvalBatchSize, TrainingArguments::withPerDeviceEvalBatchSize)
                .take(gradientAccumulationSteps, TrainingArguments::withGradientAccumulationSteps)
                .take(learningRate, TrainingArguments::withLearningRate)
                .take(lrSchedulerType, TrainingArguments::withLrSchedulerType)
                .take(warmupSteps, TrainingArguments::withWarmupSteps)
                .take(warmupRatio, TrainingArguments::withWarmupSteps)
                .take(optim, TrainingArguments::withOptim)
                .take(weightDecay, TrainingArguments::withWeightDecay)
                .take(adamBeta1, TrainingArguments::withAdamBeta1)
                .take(adamBeta2, TrainingArguments::withAdamBeta2)
                .take(adamEpsilon, TrainingArguments::withAdamEpsilon)
                .take(maxGradNorm, TrainingArguments::withMaxGradNorm)
                .take(labelSmoothingFactor, TrainingArguments::withLabelSmoothingFactor)
                .take(emaDecay, TrainingArguments::withEmaDecay)
                .take(seed, (with, value) -> with.withSeed(value))
                .take(!noShuffle, TrainingArguments::withShuffle)
                .take(gradientCheckpointing, TrainingArguments::withGradientCheckpointing)
                .arguments();
    }

    /** By transformers' names. */
    static final class Schedule extends Choice<LearningRateSchedule> {
        Schedule() {
            super(List.of(LearningRateSchedule.values()));
        }
    }

    /** By transformers' names. */
    static final class OptimName extends Choice<Optim> {
        OptimName() {
            super(List.of(Optim.values()), Optim::configName);
        }
    }
}

package io.tesserae.training;

import com.google.gson.JsonObject;
import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Precision;
import io.tesserae.training.optimizer.LearningRateSchedule;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a model is trained, by the names of transformers' {@code TrainingArguments}, with its defaults but for these: a line of the log every
 * 50 steps, an evaluation and a checkpoint every epoch. Immutable: each {@code with} returns other arguments.
 *
 * <pre>{@code
 * TrainingArguments arguments = TrainingArguments.of(Path.of("out")).withLearningRate(1e-4).withNumTrainEpochs(2);
 * }</pre>
 */
public final class TrainingArguments implements Cloneable {

    /** The optimisers there are, by transformers' names. */
    public enum Optim {
        /** {@code adamw_torch}. */
        ADAMW("adamw_torch"),
        /** {@code sgd}. */
        SGD("sgd");

        private final String configName;

        Optim(String configName) {
            this.configName = configName;
        }

        /** Its name in transformers. */
        public String configName() {
            return configName;
        }
    }

    private Path outputDir;
    private int perDeviceTrainBatchSize = 8;
    private int perDeviceEvalBatchSize = 8;
    private int gradientAccumulationSteps = 1;
    private double numTrainEpochs = 3.0;
    private int maxSteps = -1;
    private double learningRate = 5e-5;
    private LearningRateSchedule lrSchedulerType = LearningRateSchedule.LINEAR;
    private double warmupSteps = 0;
    private Optim optim = Optim.ADAMW;
    private double weightDecay = 0;
    private double adamBeta1 = 0.9;
    private double adamBeta2 = 0.999;
    private double adamEpsilon = 1e-8;
    private double maxGradNorm = 1.0;
    private double labelSmoothingFactor = 0;
    private double emaDecay = 0;
    private long seed = 42;
    private boolean shuffle = true;
    private boolean gradientCheckpointing = false;
    private int loggingSteps = 50;
    private IntervalStrategy evalStrategy = IntervalStrategy.EPOCH;
    private int evalSteps = 500;
    private IntervalStrategy saveStrategy = IntervalStrategy.EPOCH;
    private int saveSteps = 500;
    private int saveTotalLimit = 0;
    private boolean loadBestModelAtEnd = false;
    private String metricForBestModel = "loss";
    private Optional<Boolean> greaterIsBetter = Optional.empty();
    private Precision dtype = Precision.FLOAT32;

    private TrainingArguments(Path outputDir) {
        this.outputDir = Arguments.require(outputDir, "outputDir");
    }

    /** The defaults, for a run that saves to this folder. */
    public static TrainingArguments of(Path outputDir) {
        return new TrainingArguments(outputDir);
    }

    /** Where the model, its checkpoints and the log are saved. */
    public Path outputDir() {
        return outputDir;
    }

    /** Examples of a training batch; 1 or more. */
    public int perDeviceTrainBatchSize() {
        return perDeviceTrainBatchSize;
    }

    /** See {@link #perDeviceTrainBatchSize()}. */
    public TrainingArguments withPerDeviceTrainBatchSize(int perDeviceTrainBatchSize) {
        TrainingArguments changed = copy();
        changed.perDeviceTrainBatchSize = requireLeast(perDeviceTrainBatchSize, 1, "perDeviceTrainBatchSize");
        return changed;
    }

    /** Examples of a batch of an evaluation; 1 or more. */
    public int perDeviceEvalBatchSize() {
        return perDeviceEvalBatchSize;
    }

    /** See {@link #perDeviceEvalBatchSize()}. */
    public TrainingArguments withPerDeviceEvalBatchSize(int perDeviceEvalBatchSize) {
        TrainingArguments changed = copy();
        changed.perDeviceEvalBatchSize = requireLeast(perDeviceEvalBatchSize, 1, "perDeviceEvalBatchSize");
        return changed;
    }

    /** Batches of a step, whose losses are averaged; 1 or more. */
    public int gradientAccumulationSteps() {
        return gradientAccumulationSteps;
    }

    /** See {@link #gradientAccumulationSteps()}. */
    public TrainingArguments withGradientAccumulationSteps(int gradientAccumulationSteps) {
        TrainingArguments changed = copy();
        changed.gradientAccumulationSteps = requireLeast(gradientAccumulationSteps, 1, "gradientAccumulationSteps");
        return changed;
    }

    /** How often the data is seen, in fractions too; above 0. It does not count where {@link #maxSteps} is above 0. */
    public double numTrainEpochs() {
        return numTrainEpochs;
    }

    /** See {@link #numTrainEpochs()}. */
    public TrainingArguments withNumTrainEpochs(double numTrainEpochs) {
        TrainingArguments changed = copy();
        changed.numTrainEpochs = requirePositive(numTrainEpochs, "numTrainEpochs");
        return changed;
    }

    /** Steps of the run; 0 or less for as many as {@link #numTrainEpochs} are. */
    public int maxSteps() {
        return maxSteps;
    }

    /** See {@link #maxSteps()}. */
    public TrainingArguments withMaxSteps(int maxSteps) {
        TrainingArguments changed = copy();
        changed.maxSteps = maxSteps;
        return changed;
    }

    /** The learning rate at its highest; 0 or more. */
    public double learningRate() {
        return learningRate;
    }

    /** See {@link #learningRate()}. */
    public TrainingArguments withLearningRate(double learningRate) {
        TrainingArguments changed = copy();
        changed.learningRate = requireNotNegative(learningRate, "learningRate");
        return changed;
    }

    /** How the learning rate changes. */
    public LearningRateSchedule lrSchedulerType() {
        return lrSchedulerType;
    }

    /** See {@link #lrSchedulerType()}. */
    public TrainingArguments withLrSchedulerType(LearningRateSchedule lrSchedulerType) {
        TrainingArguments changed = copy();
        changed.lrSchedulerType = Arguments.require(lrSchedulerType, "lrSchedulerType");
        return changed;
    }

    /** Steps in which the learning rate rises from 0; below 1 it is a share of all steps. 0 or more. */
    public double warmupSteps() {
        return warmupSteps;
    }

    /** See {@link #warmupSteps()}. */
    public TrainingArguments withWarmupSteps(double warmupSteps) {
        TrainingArguments changed = copy();
        changed.warmupSteps = requireNotNegative(warmupSteps, "warmupSteps");
        return changed;
    }

    /** Which optimiser. */
    public Optim optim() {
        return optim;
    }

    /** See {@link #optim()}. */
    public TrainingArguments withOptim(Optim optim) {
        TrainingArguments changed = copy();
        changed.optim = Arguments.require(optim, "optim");
        return changed;
    }

    /** Weight decay of all parameters but biases and norms; 0 or more. */
    public double weightDecay() {
        return weightDecay;
    }

    /** See {@link #weightDecay()}. */
    public TrainingArguments withWeightDecay(double weightDecay) {
        TrainingArguments changed = copy();
        changed.weightDecay = requireNotNegative(weightDecay, "weightDecay");
        return changed;
    }

    /** AdamW's β₁, from 0 to below 1; the momentum of SGD. */
    public double adamBeta1() {
        return adamBeta1;
    }

    /** See {@link #adamBeta1()}. */
    public TrainingArguments withAdamBeta1(double adamBeta1) {
        TrainingArguments changed = copy();
        changed.adamBeta1 = requireShare(adamBeta1, "adamBeta1");
        return changed;
    }

    /** AdamW's β₂, from 0 to below 1. */
    public double adamBeta2() {
        return adamBeta2;
    }

    /** See {@link #adamBeta2()}. */
    public TrainingArguments withAdamBeta2(double adamBeta2) {
        TrainingArguments changed = copy();
        changed.adamBeta2 = requireShare(adamBeta2, "adamBeta2");
        return changed;
    }

    /** AdamW's ε; 0 or more. */
    public double adamEpsilon() {
        return adamEpsilon;
    }

    /** See {@link #adamEpsilon()}. */
    public TrainingArguments withAdamEpsilon(double adamEpsilon) {
        TrainingArguments changed = copy();
        changed.adamEpsilon = requireNotNegative(adamEpsilon, "adamEpsilon");
        return changed;
    }

    /** The gradient's norm is brought below this; 0 for no limit. */
    public double maxGradNorm() {
        return maxGradNorm;
    }

    /** See {@link #maxGradNorm()}. */
    public TrainingArguments withMaxGradNorm(double maxGradNorm) {
        TrainingArguments changed = copy();
        changed.maxGradNorm = requireNotNegative(maxGradNorm, "maxGradNorm");
        return changed;
    }

    /** Label smoothing, from 0 to below 1. */
    public double labelSmoothingFactor() {
        return labelSmoothingFactor;
    }

    /** See {@link #labelSmoothingFactor()}. */
    public TrainingArguments withLabelSmoothingFactor(double labelSmoothingFactor) {
        TrainingArguments changed = copy();
        changed.labelSmoothingFactor = requireShare(labelSmoothingFactor, "labelSmoothingFactor");
        return changed;
    }

    /** Decay of a moving average of the weights, which is then evaluated and saved in their place; from 0, none, to below 1. */
    public double emaDecay() {
        return emaDecay;
    }

    /** See {@link #emaDecay()}. */
    public TrainingArguments withEmaDecay(double emaDecay) {
        TrainingArguments changed = copy();
        changed.emaDecay = requireShare(emaDecay, "emaDecay");
        return changed;
    }

    /** From which the order of the data, dropout, masks and new heads follow. */
    public long seed() {
        return seed;
    }

    /** See {@link #seed()}. */
    public TrainingArguments withSeed(long seed) {
        TrainingArguments changed = copy();
        changed.seed = seed;
        return changed;
    }

    /** Whether each epoch has an order of its own; if not, examples come as they are in the file. */
    public boolean shuffle() {
        return shuffle;
    }

    /** See {@link #shuffle()}. */
    public TrainingArguments withShuffle(boolean shuffle) {
        TrainingArguments changed = copy();
        changed.shuffle = shuffle;
        return changed;
    }

    /** Whether of each block only the input is kept, and the rest computed once more: less memory, more time, the same bits. */
    public boolean gradientCheckpointing() {
        return gradientCheckpointing;
    }

    /** See {@link #gradientCheckpointing()}. */
    public TrainingArguments withGradientCheckpointing(boolean gradientCheckpointing) {
        TrainingArguments changed = copy();
        changed.gradientCheckpointing = gradientCheckpointing;
        return changed;
    }

    /** Steps from one line of the log to the next; 1 or more. */
    public int loggingSteps() {
        return loggingSteps;
    }

    /** See {@link #loggingSteps()}. */
    public TrainingArguments withLoggingSteps(int loggingSteps) {
        TrainingArguments changed = copy();
        changed.loggingSteps = requireLeast(loggingSteps, 1, "loggingSteps");
        return changed;
    }

    /** When the model is evaluated, if there is data for it. */
    public IntervalStrategy evalStrategy() {
        return evalStrategy;
    }

    /** See {@link #evalStrategy()}. */
    public TrainingArguments withEvalStrategy(IntervalStrategy evalStrategy) {
        TrainingArguments changed = copy();
        changed.evalStrategy = Arguments.require(evalStrategy, "evalStrategy");
        return changed;
    }

    /** Steps from one evaluation to the next, with {@link IntervalStrategy#STEPS}; 1 or more. */
    public int evalSteps() {
        return evalSteps;
    }

    /** See {@link #evalSteps()}. */
    public TrainingArguments withEvalSteps(int evalSteps) {
        TrainingArguments changed = copy();
        changed.evalSteps = requireLeast(evalSteps, 1, "evalSteps");
        return changed;
    }

    /** When a checkpoint is saved from which the run can go on. */
    public IntervalStrategy saveStrategy() {
        return saveStrategy;
    }

    /** See {@link #saveStrategy()}. */
    public TrainingArguments withSaveStrategy(IntervalStrategy saveStrategy) {
        TrainingArguments changed = copy();
        changed.saveStrategy = Arguments.require(saveStrategy, "saveStrategy");
        return changed;
    }

    /** Steps from one checkpoint to the next, with {@link IntervalStrategy#STEPS}; 1 or more. */
    public int saveSteps() {
        return saveSteps;
    }

    /** See {@link #saveSteps()}. */
    public TrainingArguments withSaveSteps(int saveSteps) {
        TrainingArguments changed = copy();
        changed.saveSteps = requireLeast(saveSteps, 1, "saveSteps");
        return changed;
    }

    /** How many checkpoints stay, beside the best; 0 for all. */
    public int saveTotalLimit() {
        return saveTotalLimit;
    }

    /** See {@link #saveTotalLimit()}. */
    public TrainingArguments withSaveTotalLimit(int saveTotalLimit) {
        TrainingArguments changed = copy();
        changed.saveTotalLimit = requireLeast(saveTotalLimit, 0, "saveTotalLimit");
        return changed;
    }

    /** Whether the model that is saved at the end is the best one that was evaluated. Checkpoints are then saved when there is an evaluation. */
    public boolean loadBestModelAtEnd() {
        return loadBestModelAtEnd;
    }

    /** See {@link #loadBestModelAtEnd()}. */
    public TrainingArguments withLoadBestModelAtEnd(boolean loadBestModelAtEnd) {
        TrainingArguments changed = copy();
        changed.loadBestModelAtEnd = loadBestModelAtEnd;
        return changed;
    }

    /** By which metric a model is the best. */
    public String metricForBestModel() {
        return metricForBestModel;
    }

    /** See {@link #metricForBestModel()}. */
    public TrainingArguments withMetricForBestModel(String metricForBestModel) {
        TrainingArguments changed = copy();
        changed.metricForBestModel = Arguments.require(metricForBestModel, "metricForBestModel");
        return changed;
    }

    /** Whether the best has the greatest value of that metric; empty for: unless its name ends in loss. */
    public Optional<Boolean> greaterIsBetter() {
        return greaterIsBetter;
    }

    /** See {@link #greaterIsBetter()}. */
    public TrainingArguments withGreaterIsBetter(Optional<Boolean> greaterIsBetter) {
        TrainingArguments changed = copy();
        changed.greaterIsBetter = Arguments.require(greaterIsBetter, "greaterIsBetter");
        return changed;
    }

    /** As what the weights of the trained model are saved; those of checkpoints are float32 all the same. */
    public Precision dtype() {
        return dtype;
    }

    /**
     * See {@link #dtype()}.
     *
     * @throws IllegalArgumentException for INT8: weights are rounded to that when they are loaded, and not saved so
     */
    public TrainingArguments withDtype(Precision dtype) {
        if (Arguments.require(dtype, "dtype") == Precision.INT8) {
            throw new IllegalArgumentException(
                    "dtype: expected FLOAT32, FLOAT16 or BFLOAT16, found INT8; weights are rounded to that when they are"
                            + " loaded: Engine.Builder.weightPrecision");
        }
        TrainingArguments changed = copy();
        changed.dtype = dtype;
        return changed;
    }

    private TrainingArguments copy() {
        try {
            return (TrainingArguments) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    private static int requireLeast(int value, int least, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": expected " + least + " or more, found " + value);
        }
        return value;
    }

    private static double requirePositive(double value, String name) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + ": expected a finite number above 0, found " + value);
        }
        return value;
    }

    private static double requireNotNegative(double value, String name) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + ": expected a finite number of 0 or more, found " + value);
        }
        return value;
    }

    private static double requireShare(double value, String name) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + ": expected a number from 0 to below 1, found " + value);
        }
        return value;
    }

    /** Whether a greater value of {@link #metricForBestModel} is the better one. */
    public boolean isGreaterBetter() {
        return greaterIsBetter.orElse(!metricForBestModel.endsWith("loss"));
    }

    /** Those that change what is computed, by transformers' names: a run that goes on must have the same. */
    SortedMap<String, String> mathematics() {
        SortedMap<String, String> values = new TreeMap<>();
        values.put("per_device_train_batch_size", String.valueOf(perDeviceTrainBatchSize));
        values.put("gradient_accumulation_steps", String.valueOf(gradientAccumulationSteps));
        values.put("num_train_epochs", String.valueOf(numTrainEpochs));
        values.put("max_steps", String.valueOf(maxSteps));
        values.put("learning_rate", String.valueOf(learningRate));
        values.put("lr_scheduler_type", lrSchedulerType.configName());
        values.put("warmup_steps", String.valueOf(warmupSteps));
        values.put("optim", optim.configName());
        values.put("weight_decay", String.valueOf(weightDecay));
        values.put("adam_beta1", String.valueOf(adamBeta1));
        values.put("adam_beta2", String.valueOf(adamBeta2));
        values.put("adam_epsilon", String.valueOf(adamEpsilon));
        values.put("max_grad_norm", String.valueOf(maxGradNorm));
        values.put("label_smoothing_factor", String.valueOf(labelSmoothingFactor));
        values.put("ema_decay", String.valueOf(emaDecay));
        values.put("seed", String.valueOf(seed));
        values.put("shuffle", String.valueOf(shuffle));
        return values;
    }

    /** All of them, by transformers' names. */
    JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("output_dir", outputDir.toString());
        json.addProperty("per_device_train_batch_size", perDeviceTrainBatchSize);
        json.addProperty("per_device_eval_batch_size", perDeviceEvalBatchSize);
        json.addProperty("gradient_accumulation_steps", gradientAccumulationSteps);
        json.addProperty("num_train_epochs", numTrainEpochs);
        json.addProperty("max_steps", maxSteps);
        json.addProperty("learning_rate", learningRate);
        json.addProperty("lr_scheduler_type", lrSchedulerType.configName());
        json.addProperty("warmup_steps", warmupSteps);
        json.addProperty("optim", optim.configName());
        json.addProperty("weight_decay", weightDecay);
        json.addProperty("adam_beta1", adamBeta1);
        json.addProperty("adam_beta2", adamBeta2);
        json.addProperty("adam_epsilon", adamEpsilon);
        json.addProperty("max_grad_norm", maxGradNorm);
        json.addProperty("label_smoothing_factor", labelSmoothingFactor);
        json.addProperty("ema_decay", emaDecay);
        json.addProperty("seed", seed);
        json.addProperty("shuffle", shuffle);
        json.addProperty("gradient_checkpointing", gradientCheckpointing);
        json.addProperty("logging_steps", loggingSteps);
        json.addProperty("eval_strategy", evalStrategy.name().toLowerCase(Locale.ROOT));
        json.addProperty("eval_steps", evalSteps);
        json.addProperty("save_strategy", saveStrategy.name().toLowerCase(Locale.ROOT));
        json.addProperty("save_steps", saveSteps);
        json.addProperty("save_total_limit", saveTotalLimit);
        json.addProperty("load_best_model_at_end", loadBestModelAtEnd);
        json.addProperty("metric_for_best_model", metricForBestModel);
        greaterIsBetter.ifPresent(value -> json.addProperty("greater_is_better", value));
        json.addProperty("dtype", dtype.name().toLowerCase(Locale.ROOT));
        return json;
    }
}

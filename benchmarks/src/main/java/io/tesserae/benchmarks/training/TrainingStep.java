package io.tesserae.benchmarks.training;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Workspace;
import io.tesserae.training.optimizer.AdamW;
import io.tesserae.training.optimizer.GradientNorm;
import io.tesserae.training.optimizer.Optimizer;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long a step of training takes: forward, backward, the gradient's norm and AdamW, in float32, always with the same batch.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp benchmarks/target/benchmarks.jar io.tesserae.benchmarks.training.TrainingStep
 *     --model distilbert --batch 8 --length 128 --threads 2 --steps 10 --breakdown
 * }</pre>
 *
 * <p>It warms up, prints {@code ready}, and then takes a step for every line of its input, so that another process can be timed in turns
 * with it. With {@code --breakdown} it takes all steps at once, and prints what took how long. Each step is a line of JSON:
 *
 * <pre>{@code
 * {"seconds": 1.07, "processor_seconds": 2.11, "loss": 0.693, "peak_gigabytes": 1.83}
 * }</pre>
 */
@Command(name = "training-step", sortOptions = false)
public final class TrainingStep implements Callable<Integer> {

    private static final int WARM_UP = 2;
    private static final double LEARNING_RATE = 5e-5;
    private static final double WEIGHT_DECAY = 0.01;

    @Option(names = "--model", required = true, description = "distilbert or vit")
    private TrainedModel.Kind kind;

    @Option(names = "--checkpoint", description = "a folder; random weights without it")
    private Path checkpoint;

    @Option(names = "--batch", description = "how many texts or pictures")
    private int batch = 8;

    @Option(names = "--length", description = "tokens of each text")
    private int length = 128;

    @Option(names = "--lengths", description = "tokens of every text, as a JSON array; instead of --batch and --length")
    private String lengths;

    @Option(names = "--threads")
    private int threads = 2;

    @Option(names = "--steps", description = "the most there will be, with " + WARM_UP + " to warm up")
    private int steps = 10;

    @Option(names = "--keeping", description = "all or inputs: what is kept of each block for the backward pass")
    private Keeping keeping = Keeping.ALL;

    @Option(names = "--breakdown", description = "takes all steps at once, and prints what took how long")
    private boolean breakdown;

    /** What is kept of each block. */
    enum Keeping {
        ALL,
        INPUTS
    }

    /** A step as it is printed; the keys are those of JSON. */
    record Timed(double seconds, double processor_seconds, double loss, double peak_gigabytes) {}

    private TrainedModel model;
    private Tape.Setting setting;
    private AdamW optimizer;

    private TrainingStep() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new TrainingStep())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, commandLine, _) -> {
                    commandLine.getErr().println("training-step: " + failure.getMessage());
                    return commandLine.getCommandSpec().exitCodeOnExecutionException();
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        try (Engine engine = Engine.builder().threads(threads).build()) {
            Tape.Keeping kept = keeping == Keeping.ALL ? Tape.Keeping.ALL : Tape.Keeping.BLOCK_INPUTS;
            model = new TrainedModel(kind, checkpoint, lengths());
            setting = Tape.Setting.of(engine.machine(), kept);
            optimizer = new AdamW(new AdamW.Settings(0.9, 0.999, 1e-8, WEIGHT_DECAY));
            model.parameters().forEach(parameter -> parameter.takeGradientFrom(setting.memory()));
            for (int i = 0; i < WARM_UP; i++) {
                step();
            }
            if (breakdown) {
                StepBreakdown.print(threads, steps - WARM_UP, this::printStep);
            } else {
                serve();
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private int[] lengths() {
        if (lengths == null) {
            int[] equal = new int[batch];
            Arrays.fill(equal, length);
            return equal;
        }
        try {
            return new Gson().fromJson(lengths, int[].class);
        } catch (JsonSyntaxException e) {
            throw new IllegalArgumentException("--lengths: expected an array of numbers, found " + lengths, e);
        }
    }

    private void serve() throws IOException {
        System.out.println("ready");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (input.readLine() != null) {
            printStep();
        }
    }

    private void printStep() {
        double processor = StepResources.processorSeconds();
        long start = System.nanoTime();
        double loss = step();
        double seconds = (System.nanoTime() - start) * 1e-9;
        processor = StepResources.processorSeconds() - processor;
        System.out.println(new Gson().toJson(new Timed(seconds, processor, loss, StepResources.peakGigabytes())));
    }

    /** Returns the loss before the step. */
    private double step() {
        double loss;
        try (Tape tape = Tape.recording(setting, new Tape.Randomness(1, optimizer.steps(), 0))) {
            Variable mean = model.loss(tape);
            loss = mean.value().data()[0];
            tape.backward(mean, 1f);
        }
        try (Workspace workspace = setting.machine().workspace()) {
            Optimizer.Computing computing = new Optimizer.Computing(setting.kernels(), workspace);
            double norm = GradientNorm.of(computing, model.parameters());
            optimizer.step(computing, model.parameters(), LEARNING_RATE, GradientNorm.clipping(norm, 1));
        }
        model.parameters().forEach(Parameter::clearGradient);
        setting.memory().endStep();
        return loss;
    }
}

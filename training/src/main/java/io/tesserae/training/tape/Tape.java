package io.tesserae.training.tape;

import io.tesserae.kernel.Machine;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.kernel.Draw;
import io.tesserae.training.kernel.GradientKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/**
 * One pass of a network: what it computes, step by step, and when it is recorded, how gradients flow back through each step. A layer's
 * forward pass writes its result and hands over its backward pass; {@link #backward} runs these in reverse. So a network is written once,
 * forward, and the chain rule does the rest.
 *
 * <p>Values live as long as the backward pass wants them: once a step's backward pass has run, its value, its gradient and what it
 * had saved are free for the next. One thread runs a tape; layers share their work among the machine's threads.
 */
@SuppressWarnings("exports") // what it computes with is not for others
public final class Tape implements AutoCloseable {

    /** From the gradient of a step's result to those of what it was computed from. */
    @FunctionalInterface
    public interface Backward {

        /** Adds to the gradients of all that need one. */
        void run(Tensor gradient);
    }

    /**
     * Where dropout draws from in one pass.
     *
     * @param seed of the training run
     * @param step of the training run
     * @param pass which of the passes within the step
     */
    public record Randomness(long seed, long step, int pass) {}

    /** What is kept of each block of a network for the backward pass. */
    public enum Keeping {
        /** All that its backward pass reads. */
        ALL,
        /** Its input; the backward pass computes the block once more. Chen et al., arXiv 1604.06174. */
        BLOCK_INPUTS
    }

    /** What the passes of a training run have in common. */
    public record Setting(Machine machine, GradientKernels kernels, Memory memory, Keeping keeping) {

        /** A setting with its own memory, beside an engine's kernels. */
        public static Setting of(Machine machine, Keeping keeping) {
            return new Setting(machine, GradientKernels.beside(machine.kernels()), new Memory(), keeping);
        }
    }

    private record Step(Variable result, Backward backward, float[][] saved) {}

    private final Setting setting;
    private final Workspace workspace;
    private final boolean ownsWorkspace;
    private final Randomness randomness; // null where nothing is left out
    private final boolean records;
    private final List<Step> steps = new ArrayList<>();
    private final List<float[]> values = new ArrayList<>(); // of steps that are not recorded
    private boolean gradientWanted; // of any step so far

    private Tape(Setting setting, Workspace workspace, boolean ownsWorkspace, Randomness randomness, boolean records) {
        this.setting = setting;
        this.workspace = workspace;
        this.ownsWorkspace = ownsWorkspace;
        this.randomness = randomness;
        this.records = records;
    }

    /**
     * A tape for training.
     *
     * @param randomness where dropout draws from; null for none
     */
    public static Tape recording(Setting setting, Randomness randomness) {
        return new Tape(setting, setting.machine().workspace(), true, randomness, true);
    }

    /** A tape for evaluation: nothing is recorded and nothing left out. */
    public static Tape evaluating(Setting setting) {
        return new Tape(setting, setting.machine().workspace(), true, null, false);
    }

    /** A tape for evaluation within this one, with its memory: for what is computed once, and keeps nothing for a backward pass. */
    public Tape evaluating() {
        return new Tape(setting, workspace, false, null, false);
    }

    /** What computes. */
    public Machine machine() {
        return setting.machine();
    }

    /** Memory for what does not outlive a layer's pass: its {@linkplain Workspace#frame() frames}. */
    public Workspace workspace() {
        return workspace;
    }

    /** The arithmetic of backward passes. */
    public GradientKernels kernels() {
        return setting.kernels();
    }

    /** Whether values are left out by chance. */
    public boolean drops() {
        return randomness != null;
    }

    /** Where a site draws from. */
    public Draw draw(int site) {
        return Draw.of(randomness.seed(), randomness.step(), randomness.pass(), site);
    }

    /** Work on the places {@code from} to {@code to}. */
    @FunctionalInterface
    public interface RangeWork {

        /** Does it; called by several threads at a time, for different places. */
        void run(int from, int to);
    }

    /** Cuts rows into tasks of some 8,192 values for the machine's threads. Where they are cut must move no bit. */
    public void overRows(int rows, int columns, RangeWork work) {
        overRanges(rows, Math.max(1, 8192 / Math.max(1, columns)), work);
    }

    /** Cuts columns, each of so many rows, into tasks for the machine's threads: whole cache lines, so that no two threads share one. */
    public void overColumns(int columns, int rows, RangeWork work) {
        overRanges(columns, Math.max(16, 32_768 / Math.max(1, rows) / 16 * 16), work);
    }

    private void overRanges(int count, int perTask, RangeWork work) {
        machine().workers().run(Math.ceilDiv(count, perTask), (index, thread) -> {
            int from = index * perTask;
            work.run(from, Math.min(count, from + perTask));
        });
    }

    /** {@link Gradient#toAddTo}, where all threads write the zeros: a table of words has a hundred megabytes of them. */
    public Tensor toAddTo(Gradient gradient) {
        Tensor tensor = gradient.tensor();
        if (gradient.isEmpty()) {
            gradient.joining();
            overRows(tensor.size(), 1, (from, to) -> Arrays.fill(tensor.data(), from, to, 0f));
        }
        return tensor;
    }

    /** Memory for a step's result or for what it saves, with whatever it held before. Hand it over to {@link #record}. */
    public Tensor take(int... shape) {
        return Tensor.of(setting.memory().take(Tensor.elementCount(shape)), shape);
    }

    /** Memory that lives as long as the tape, with whatever it held before: for gradients that nobody wants. */
    public Tensor constantMemory(int... shape) {
        Tensor memory = take(shape);
        values.add(memory.data());
        return memory;
    }

    /** Something given: no gradient flows back to it. */
    public Variable constant(Tensor value) {
        return new Variable(value, null);
    }

    /**
     * Records a step.
     *
     * @param result in memory that was {@linkplain #take taken}
     * @param needsGradient whether anything that it was computed from needs a gradient
     * @param saved arrays that were taken and that the backward pass reads
     */
    public Variable record(Tensor result, boolean needsGradient, Backward backward, float[]... saved) {
        gradientWanted |= needsGradient;
        if (!records || !needsGradient) {
            for (float[] array : saved) {
                setting.memory().give(array);
            }
            values.add(result.data());
            return new Variable(result, null);
        }
        Variable variable = new Variable(result, new Gradient(() -> take(result.shape())));
        steps.add(new Step(variable, backward, saved));
        return variable;
    }

    /**
     * Runs a block of the network, of which only the input is kept if the setting says so, or if nothing is recorded.
     *
     * @param block from a tape and the block's input to its result
     */
    public Variable block(Variable x, BiFunction<Tape, Variable, Variable> block) {
        if (records && setting.keeping() == Keeping.ALL) {
            return block.apply(this, x);
        }
        Tape first = new Tape(setting, workspace, false, randomness, false);
        Variable result = block.apply(first, x.detached());
        first.giveAllBut(result);
        boolean needed = x.needsGradient() || first.gradientWanted;
        return record(result.value(), needed, gradient -> {
            Tape again = new Tape(setting, workspace, false, randomness, true);
            Variable recomputed = block.apply(again, x);
            Tensor target = recomputed.gradient().toAddTo();
            System.arraycopy(gradient.data(), 0, target.data(), 0, gradient.size());
            again.backward();
        });
    }

    private void giveAllBut(Variable result) {
        for (float[] array : values) {
            if (array != result.value().data()) {
                setting.memory().give(array);
            }
        }
        values.clear();
    }

    /**
     * Lets gradients flow back from a loss.
     *
     * @param loss one value
     * @param weight what the loss is multiplied by: 1, or less where it is one of several batches of a step
     */
    public void backward(Variable loss, float weight) {
        if (loss.value().size() != 1) {
            throw new IllegalArgumentException("a loss is one value, found " + loss.value());
        }
        loss.gradient().toAddTo().data()[0] = weight;
        backward();
    }

    private void backward() {
        for (Step step : steps.reversed()) {
            Gradient gradient = step.result().gradient();
            if (!gradient.isEmpty()) {
                step.backward().run(gradient.tensor());
            }
            release(step);
        }
        steps.clear();
    }

    private void release(Step step) {
        setting.memory().give(step.result().value().data());
        float[] gradient = step.result().gradient().letGo();
        if (gradient != null) {
            setting.memory().give(gradient);
        }
        Arrays.stream(step.saved()).forEach(setting.memory()::give);
    }

    /** Ends the pass: all its memory is free for the next. */
    @Override
    public void close() {
        for (Step step : steps.reversed()) {
            release(step);
        }
        steps.clear();
        values.forEach(setting.memory()::give);
        values.clear();
        if (ownsWorkspace) {
            workspace.close();
        }
    }
}

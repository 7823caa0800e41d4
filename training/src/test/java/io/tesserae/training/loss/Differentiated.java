package io.tesserae.training.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Machine;
import io.tesserae.kernel.Workers;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Random;

/**
 * A loss and its gradients, for tests.
 *
 * @param value of the loss
 * @param gradients of the loss with respect to each input
 */
public record Differentiated(float value, float[][] gradients) {

    /** From inputs to one value. */
    @FunctionalInterface
    public interface Loss {

        /** Computes it. */
        Variable of(Tape tape, Variable... inputs);
    }

    /** A loss by the scalar kernels, on one thread. */
    public static Differentiated of(Loss loss, Tensor... inputs) {
        return of(Kernels.scalar(), 1, loss, inputs);
    }

    /** A loss by some kernels, on some threads. */
    public static Differentiated of(Kernels kernels, int threads, Loss loss, Tensor... inputs) {
        float[][] gradients = new float[inputs.length][];
        try (Workers workers = new Workers(threads)) {
            Machine machine = new Machine(kernels, workers, Precision.FLOAT32, true);
            Tape.Setting setting = Tape.Setting.of(machine, Tape.Keeping.ALL);
            try (Tape tape = Tape.recording(setting, null)) {
                Variable[] leaves = new Variable[inputs.length];
                for (int i = 0; i < inputs.length; i++) {
                    leaves[i] = leaf(tape, inputs[i], gradients, i);
                }
                Variable result = loss.of(tape, leaves);
                float value = result.value().data()[0];
                if (result.needsGradient()) {
                    tape.backward(result, 1f);
                }
                return new Differentiated(value, gradients);
            }
        }
    }

    private static Variable leaf(Tape tape, Tensor input, float[][] gradients, int index) {
        gradients[index] = new float[input.size()];
        Tensor value = tape.take(input.shape());
        System.arraycopy(input.data(), 0, value.data(), 0, input.size());
        return tape.record(value, true, gradient -> gradients[index] = gradient.toArray());
    }

    /** Compares gradients with central differences, number by number. */
    public static void assertGradients(double tolerance, Loss loss, Tensor... inputs) {
        float step = 0.01f;
        float[][] gradients = of(loss, inputs).gradients();
        for (int i = 0; i < inputs.length; i++) {
            float[] data = inputs[i].data();
            for (int k = 0; k < inputs[i].size(); k++) {
                float before = data[k];
                data[k] = before + step;
                double above = of(loss, inputs).value();
                data[k] = before - step;
                double below = of(loss, inputs).value();
                data[k] = before;
                assertEquals((above - below) / (2 * step), gradients[i][k], tolerance, "input " + i + ", value " + k);
            }
        }
    }

    /** Normally distributed numbers. */
    public static Tensor random(long seed, int... shape) {
        Random random = new Random(seed);
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) random.nextGaussian();
        }
        return tensor;
    }
}

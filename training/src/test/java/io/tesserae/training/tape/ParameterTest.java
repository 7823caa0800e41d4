package io.tesserae.training.tape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ParameterTest {

    @Test
    void theMemoryOfAGradientIsFreeForOthersOnceItIsCleared() {
        Memory memory = new Memory();
        Parameter parameter = new Parameter("weight", Tensor.zeros(4, 8));
        parameter.takeGradientFrom(memory);
        float[] gradient = parameter.gradient().toAddTo().data();
        gradient[3] = 1f;
        assertNotSame(gradient, memory.take(32));

        parameter.clearGradient();

        assertTrue(parameter.gradient().isEmpty());
        assertSame(gradient, memory.take(32));
    }

    @Test
    void aGradientBeginsWithZerosWhateverItsMemoryHeldBefore() {
        Memory memory = new Memory();
        float[] used = memory.take(32);
        used[5] = 7f;
        memory.give(used);
        Parameter parameter = new Parameter("weight", Tensor.zeros(4, 8));
        parameter.takeGradientFrom(memory);

        float[] gradient = parameter.gradient().toAddTo().data();

        assertSame(used, gradient);
        assertArrayEquals(new float[32], gradient);
    }
}

package io.tesserae.training.saving;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class WeightsInMemoryTest {

    @Test
    void runsAreReadFromTheTensors() {
        WeightsInMemory weights = WeightsInMemory.viewOf(SavedFixture.smallParameters());
        assertEquals(List.of("classifier.weight", "classifier.bias"), List.copyOf(weights.names()));
        assertArrayEquals(new long[] {2, 3}, weights.shape("classifier.weight"));
        float[] values = new float[4];
        weights.read("classifier.weight", 2, values, 1, 3);
        assertArrayEquals(new float[] {0, 3, 4, 5}, values);
    }

    @Test
    void copyDoesNotSeeWhatTrainingChangesAndViewDoes() {
        SequencedMap<String, Tensor> tensors = SavedFixture.smallParameters();
        WeightsInMemory copy = WeightsInMemory.copyOf(tensors);
        WeightsInMemory view = WeightsInMemory.viewOf(tensors);
        tensors.get("classifier.bias").data()[0] = -1;
        float[] value = new float[1];
        copy.read("classifier.bias", 0, value, 0, 1);
        assertEquals(7, value[0]);
        view.read("classifier.bias", 0, value, 0, 1);
        assertEquals(-1, value[0]);
    }

    @Test
    void scratchBehindTheTensorIsNotRead() {
        SequencedMap<String, Tensor> tensors = SavedFixture.smallParameters();
        tensors.put("scratch", Tensor.of(new float[8], 2));
        WeightsInMemory weights = WeightsInMemory.viewOf(tensors);
        float[] values = new float[8];
        assertThrows(IndexOutOfBoundsException.class, () -> weights.read("scratch", 0, values, 0, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> weights.read("scratch", -1, values, 0, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> weights.read("scratch", 0, values, 7, 2));
        assertThrows(IllegalArgumentException.class, () -> weights.shape("other"));
        weights.close();
        assertThrows(IllegalStateException.class, () -> weights.read("scratch", 0, values, 0, 1));
    }
}

package io.tesserae.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StateDictTest {

    @Test
    void ofTwoNamesTheOneThatIsThereIsRead() {
        for (String prefix : new String[] {"", "vit."}) {
            for (String name : new String[] {"encoder.layer.1", "layers.1"}) {
                StateDict weights = StateDict.of(
                        new TensorsInMemory().with(prefix + name + ".norm.bias", Tensor.of(new float[] {7}, 1)),
                        "vit.");
                Tensor bias = weights.at("vit")
                        .atEither("encoder.layer.1", "layers.1")
                        .at("norm")
                        .read("bias", 1);
                assertEquals(7f, bias.get(0));
                weights.requireAllUsed(other -> false);
            }
        }
    }

    /** So that nobody finds half of a model in one spelling and half in the other. */
    @Test
    void ofTwoNamesThatAreThereTheOtherIsUnexpected() {
        Tensor value = Tensor.of(new float[] {7}, 1);
        StateDict weights =
                StateDict.of(new TensorsInMemory().with("old.bias", value).with("new.bias", value), "vit.");
        weights.atEither("old", "new").read("bias", 1);
        String message = assertThrows(WeightException.class, () -> weights.requireAllUsed(other -> false))
                .getMessage();
        assertTrue(message.contains("new.bias"), message);
    }

    @Test
    void ofTwoNamesThatAreAbsentTheFirstIsMissed() {
        StateDict weights = StateDict.of(new TensorsInMemory(), "vit.");
        StateDict absent = weights.atEither("old", "new");
        String message = assertThrows(WeightException.class, () -> absent.read("bias", 1))
                .getMessage();
        assertTrue(message.contains("old.bias"), message);
    }

    @Test
    void aNameIsContainedWithAndWithoutThePrefix() {
        for (String stored : new String[] {"vit.pooler.dense.bias", "pooler.dense.bias"}) {
            StateDict weights = StateDict.of(new TensorsInMemory().with(stored, Tensor.zeros(1)), "vit.");
            assertTrue(weights.at("vit").contains("pooler"));
            assertTrue(weights.contains("pooler"));
            assertFalse(weights.at("vit").contains("pool"));
            assertFalse(weights.at("vit").contains("dense"));
        }
    }

    /** Rows are counted from where the weight begins, and named by where they are in the tensor. */
    @Test
    void aWeightMayBeginInsideATensor() {
        Tensor tensor = Tensor.of(new float[] {0, 1, 2, 3, 4, 5, 6, Float.NaN}, 4, 2);
        StoredTensor second = StateDict.of(new TensorsInMemory().with("both", tensor), "")
                .require("both", 4, 2)
                .from(2);
        float[] row = new float[2];
        second.readRows(0, 1, row, 0);
        assertArrayEquals(new float[] {4, 5}, row);
        String message = assertThrows(WeightException.class, () -> second.readRows(1, 1, row, 0))
                .getMessage();
        assertTrue(message.contains("[3, 1]"), message);
    }

    @Test
    void whatIsNotFiniteIsRefusedWithItsPlace() {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            Tensor weight = Tensor.zeros(3, 2, 40);
            weight.data()[2 * 80 + 40 + 17] = value;
            StateDict weights = StateDict.of(new TensorsInMemory().with("weight", weight), "x.");
            StoredTensor stored = weights.require("weight", 3, 2, 40);
            float[] rows = new float[200];
            rows[199] = Float.NaN; // another's
            stored.readRows(0, 2, rows, 30);
            for (WeightException error : new WeightException[] {
                assertThrows(WeightException.class, () -> stored.readRows(1, 2, rows, 30)),
                assertThrows(WeightException.class, () -> stored.readRows(Precision.FLOAT16, 2, 1, rows, 0)),
                assertThrows(WeightException.class, () -> weights.read("weight", 3, 2, 40))
            }) {
                assertTrue(
                        error.getMessage()
                                .startsWith(
                                        "memory: tensor \"weight\": element [2, 1, 17]: expected a finite float32, found "
                                                + value),
                        error.getMessage());
            }
        }
    }

    @Test
    void aRowIsEverythingBelowTheOutermostDimension() {
        Tensor weight = Tensor.zeros(3, 2, 2, 2);
        for (int i = 0; i < weight.size(); i++) {
            weight.data()[i] = i;
        }
        StoredTensor stored =
                StateDict.of(new TensorsInMemory().with("weight", weight), "x.").require("weight", 3, 2, 2, 2);
        float[] rows = new float[16];
        stored.readRows(1, 2, rows, 0);
        assertEquals(8f, rows[0]);
        assertEquals(23f, rows[15]);
    }
}

package io.tesserae.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
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

    /** {@code Conv1D} of transformers: the matrix [[0, 3], [1, 4], [2, 5]], by its columns. */
    @Test
    void aMatrixThatIsStoredTheOtherWayRoundIsReadByItsRows() {
        Tensor stored = Tensor.of(new float[] {0, 1, 2, 3, 4, 5}, 2, 3);
        StateDict weights = StateDict.of(
                        new TensorsInMemory().with("x.c.weight", stored).with("x.c.bias", Tensor.of(new float[3], 3)),
                        "")
                .at("x")
                .transposed()
                .at("c");
        StoredTensor weight = weights.require("weight", 3, 2);
        assertTrue(weight.isTransposed());
        float[] rows = new float[5];
        weight.readRows(1, 2, rows, 1);
        assertArrayEquals(new float[] {0, 1, 4, 2, 5}, rows);
        float[] column = new float[3];
        weight.readColumns(Precision.FLOAT32, 1, 1, column);
        assertArrayEquals(new float[] {3, 4, 5}, column);
        assertArrayEquals(
                new float[] {0, 3, 1, 4, 2, 5}, weights.read("weight", 3, 2).data());
        weights.read("bias", 3);
        weights.requireAllUsed(other -> false);
    }

    @Test
    void oneRowOrOneColumnTheOtherWayRoundIsTheSame() {
        for (int[] shape : new int[][] {{1, 4}, {4, 1}, {1, 1}}) {
            Tensor stored = Tensor.of(new float[] {0, 1, 2, 3}, 4).reshape(4);
            Tensor matrix = Tensor.of(Arrays.copyOf(stored.data(), shape[0] * shape[1]), shape[1], shape[0]);
            StateDict weights = StateDict.of(new TensorsInMemory().with("weight", matrix), "")
                    .transposed();
            assertArrayEquals(matrix.data(), weights.read("weight", shape).data());
        }
    }

    @Test
    void theShapeThatIsExpectedIsTheStoredOne() {
        StateDict weights = StateDict.of(new TensorsInMemory().with("c.weight", Tensor.zeros(3, 2)), "")
                .at("c")
                .transposed();
        String message = assertThrows(WeightException.class, () -> weights.require("weight", 3, 2))
                .getMessage();
        assertEquals("memory: tensor \"c.weight\": expected shape [2, 3] by config.json, found [3, 2]", message);
    }

    /** The place is the one in the file. */
    @Test
    void whatIsNotFiniteTheOtherWayRoundIsRefusedWithItsPlace() {
        Tensor stored = Tensor.zeros(2, 3);
        stored.data()[5] = Float.NaN;
        StoredTensor weight = StateDict.of(new TensorsInMemory().with("weight", stored), "")
                .transposed()
                .require("weight", 3, 2);
        weight.readRows(0, 2, new float[4], 0);
        weight.readColumns(Precision.FLOAT32, 0, 1, new float[3]);
        for (WeightException error : new WeightException[] {
            assertThrows(WeightException.class, () -> weight.readRows(2, 1, new float[2], 0)),
            assertThrows(WeightException.class, () -> weight.readColumns(Precision.FLOAT32, 1, 1, new float[3]))
        }) {
            assertTrue(error.getMessage().contains("element [1, 2]: expected a finite"), error.getMessage());
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

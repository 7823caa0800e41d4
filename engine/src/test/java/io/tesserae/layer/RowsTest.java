package io.tesserae.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;
import org.junit.jupiter.api.Test;

class RowsTest {

    private static final int[] STARTS = {0, 3, 3, 5, 9};

    @Test
    void allAreAll() {
        Rows.Chosen chosen = Rows.ALL.in(STARTS);
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, chosen.rows());
        assertArrayEquals(STARTS, chosen.starts());
    }

    @Test
    void firstIsOneOfEachSequence() {
        Rows.Chosen chosen = Rows.FIRST.in(new int[] {0, 3, 4, 9});
        assertArrayEquals(new int[] {0, 3, 4}, chosen.rows());
        assertArrayEquals(new int[] {0, 1, 2, 3}, chosen.starts());
        String message = assertThrows(IllegalArgumentException.class, () -> Rows.FIRST.in(STARTS))
                .getMessage();
        assertEquals("sequence 1 is empty, and has no first row", message);
    }

    @Test
    void lastIsOneOfEachSequence() {
        Rows.Chosen chosen = Rows.LAST.in(new int[] {0, 3, 4, 9});
        assertArrayEquals(new int[] {2, 3, 8}, chosen.rows());
        assertArrayEquals(new int[] {0, 1, 2, 3}, chosen.starts());
        String message = assertThrows(IllegalArgumentException.class, () -> Rows.LAST.in(STARTS))
                .getMessage();
        assertEquals("sequence 1 is empty, and has no last row", message);
    }

    @Test
    void givenRowsBelongToTheirSequences() {
        Rows.Chosen chosen = Rows.of(2, 0, 2, 4, 5, 8).in(STARTS);
        assertArrayEquals(new int[] {2, 0, 2, 4, 5, 8}, chosen.rows());
        assertArrayEquals(new int[] {0, 3, 3, 4, 6}, chosen.starts());
        assertArrayEquals(new int[] {0, 0, 0, 0, 0}, Rows.of().in(STARTS).starts());
        assertArrayEquals(new int[] {0, 1, 1, 1, 1}, Rows.of(0).in(STARTS).starts());
        assertArrayEquals(new int[] {0, 0, 0, 0, 1}, Rows.of(8).in(STARTS).starts());
    }

    @Test
    void givenRowsAreThereAndInTheOrderOfSequences() {
        assertThrows(IndexOutOfBoundsException.class, () -> Rows.of(9).in(STARTS));
        assertThrows(IndexOutOfBoundsException.class, () -> Rows.of(-1).in(STARTS));
        assertThrows(IndexOutOfBoundsException.class, () -> Rows.of(0).in(new int[] {0}));
        assertThrows(IllegalArgumentException.class, () -> Rows.of(4, 2).in(STARTS));
        assertThrows(IllegalArgumentException.class, () -> Rows.of((int[]) null));
    }

    @Test
    void whatIsGivenIsCopied() {
        int[] rows = {1};
        Rows wanted = Rows.of(rows);
        rows[0] = 2;
        assertArrayEquals(new int[] {1}, wanted.in(STARTS).rows());
    }

    @Test
    void gatheredRowsStandTogether() {
        Tensor x = Tensor.of(new float[] {0, 1, 10, 11, 20, 21, 30, 31}, 4, 2);
        try (Engine engine = Engine.builder().threads(1).build();
                Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            int[] starts = {0, 2, 4};
            assertArrayEquals(
                    new float[] {0, 1, 20, 21},
                    Rows.FIRST.gather(frame, x, starts).toArray());
            assertArrayEquals(
                    new float[] {10, 11, 30, 31},
                    Rows.LAST.gather(frame, x, starts).toArray());
            assertArrayEquals(
                    new float[] {10, 11, 30, 31, 20, 21},
                    Rows.of(1, 3, 2).gather(frame, x, starts).toArray());
            assertEquals(x, Rows.ALL.gather(frame, x, starts));
        }
    }
}

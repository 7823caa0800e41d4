package io.tesserae.family.mpnet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The buckets of distances, against the reference's: {@code MPNetEncoder.relative_position_bucket}. */
class RelativePositionsTest {

    /** What the reference says of the distances from -1,000 to 1,000: a bucket, and how many distances in a row have it. */
    private static final int[][] RUNS = {
        {15, 910}, {14, 27}, {13, 18}, {12, 14}, {11, 9}, {10, 7}, {9, 4}, {8, 4}, {7, 1}, {6, 1}, {5, 1}, {4, 1},
        {3, 1}, {2, 1}, {1, 1}, {0, 1}, {17, 1}, {18, 1}, {19, 1}, {20, 1}, {21, 1}, {22, 1}, {23, 1}, {24, 4},
        {25, 4}, {26, 7}, {27, 9}, {28, 14}, {29, 18}, {30, 27}, {31, 910}
    };

    @Test
    void everyDistanceHasTheBucketOfTheReference() {
        int distance = -1000;
        for (int[] run : RUNS) {
            for (int i = 0; i < run[1]; i++, distance++) {
                assertEquals(run[0], RelativePositions.bucket(distance), "distance " + distance);
            }
        }
        assertEquals(1001, distance);
    }

    @Test
    void theDistanceOfAPairIsFromTheQueryToTheKey() {
        int heads = 3;
        Tensor table = Tensor.zeros(RelativePositions.BUCKETS + 5, heads); // rows that are never used
        for (int i = 0; i < table.size(); i++) {
            table.data()[i] = i;
        }
        int longest = 40;
        ScoreBias bias = RelativePositions.biases(table, longest);
        for (int head = 0; head < heads; head++) {
            MatrixView rows = bias.rows(0, head);
            for (int query = 0; query < longest; query++) {
                for (int key = 0; key < longest; key++) {
                    assertEquals(
                            RelativePositions.bucket(key - query) * heads + head,
                            rows.data()[rows.offset() + query * rows.stride() + key]);
                }
            }
        }
    }
}

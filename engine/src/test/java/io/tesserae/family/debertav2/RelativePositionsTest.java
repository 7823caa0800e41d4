package io.tesserae.family.debertav2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.family.debertav2.DebertaV2Config.Distances;
import io.tesserae.model.TokenBatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rows of distances, against the reference's: {@code make_log_bucket_position}, moved by the span and clamped. */
class RelativePositionsTest {

    /**
     * DeBERTa-v3's 256 buckets for 512 positions: how many distances each bucket has that the reference gives the distances from 128
     * to 511.
     */
    private static final String FAR = "1112121212121221221221222212222222222222232223222323232323233233323333"
            + "3333334333433434344344344444444454454454554555555555565566";

    @Test
    void publishedModelsHaveTheBucketsOfTheReference() {
        int[] rows = RelativePositions.rows(new Distances(256, 512, true, true), 512);
        assertEquals(1023, rows.length);
        for (int distance = 0; distance < 128; distance++) {
            assertEquals(256 + distance, rows[511 + distance]);
        }
        int distance = 128;
        for (int bucket = 0; bucket < FAR.length(); bucket++) {
            for (int i = 0; i < FAR.charAt(bucket) - '0'; i++, distance++) {
                assertEquals(384 + bucket, rows[511 + distance], "distance " + distance);
            }
        }
        assertEquals(512, distance);
        for (distance = 0; distance < 512; distance++) {
            assertEquals(512, rows[511 + distance] + rows[511 - distance]);
        }
    }

    @Test
    void fewBuckets() {
        int[] rows = RelativePositions.rows(new Distances(9, 16, false, false), 28);
        int[] later = IntStream.range(27, 55).map(i -> rows[i]).toArray();
        assertArrayEquals(
                new int[] {
                    9, 10, 11, 12, 13, 14, 14, 15, 15, 15, 16, 16, 16, 16, 16, 16, 17, 17, 17, 17, 17, 17, 17, 17, 17,
                    17, 17, 17
                },
                later);
    }

    @Test
    void withoutBucketsFarDistancesAreOne() {
        assertArrayEquals(
                new int[] {0, 0, 0, 1, 2, 3, 3, 3, 3}, RelativePositions.rows(new Distances(0, 2, false, false), 5));
    }

    @Test
    void maskedTokensKeepTheirPlaces() {
        TokenBatch batch = TokenBatch.masked(
                new int[][] {{5, 6, 7}, {8, 9, 9}}, new int[2][3], new int[][] {{1, 0, 1}, {1, 1, 0}});
        assertArrayEquals(new int[][] {{0, 2}, {0, 1}}, RelativePositions.positions(batch));
    }
}

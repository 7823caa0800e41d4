package io.tesserae.pipelines.attention.latents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of maps, by hand. */
class LatentAttentionTest {

    /** Two heads, three latents, four rows. */
    private static final float[] MAPS = {
        1, 0, 0, 0, 0.25f, 0.25f, 0.25f, 0.25f, 0.5f, 0.5f, 0, 0, //
        1, 0, 0, 0, 0.25f, 0.25f, 0.25f, 0.25f, 0, 0, 0.5f, 0.5f,
    };

    private static LatentAttention attention(float[] maps) {
        return new LatentAttention(Tensor.of(maps, 2, 3, 4));
    }

    @Test
    void headsAndTheirMean() {
        LatentAttention attention = attention(MAPS.clone());
        assertEquals(2, attention.heads());
        assertEquals(3, attention.latents());
        assertEquals(4, attention.rows());
        assertArrayEquals(new float[] {0.5f, 0.5f, 0, 0}, attention.shares(0, 2));
        assertArrayEquals(new float[] {0, 0, 0.5f, 0.5f}, attention.shares(1, 2));
        assertArrayEquals(new float[] {0.25f, 0.25f, 0.25f, 0.25f}, attention.shares(2));
        assertArrayEquals(new float[] {0.5f, 1 / 6f, 1 / 6f, 1 / 6f}, attention.total(), 1e-7f);
    }

    @Test
    void whatIsHandedOutIsTheCallersOwn() {
        LatentAttention attention = attention(MAPS.clone());
        attention.shares(0)[0] = 7;
        attention.shares(0, 0)[0] = 7;
        attention.total()[0] = 7;
        assertEquals(1, attention.shares(0)[0]);
        assertEquals(1, attention.shares(0, 0)[0]);
        assertEquals(0.5f, attention.total()[0], 1e-7f);
    }

    /** One row counts 1, rows alike count as many as they are, and half on one beside a quarter on two others is 2^1.5. */
    @Test
    void effectiveRows() {
        float[] maps = MAPS.clone();
        for (int head = 0; head < 2; head++) {
            System.arraycopy(new float[] {0.5f, 0.25f, 0.25f, 0}, 0, maps, (head * 3 + 1) * 4, 4);
        }
        LatentAttention attention = attention(maps);
        assertEquals(1, attention.effectiveRows(0), 1e-12);
        assertEquals(Math.pow(2, 1.5), attention.effectiveRows(1), 1e-12);
        assertEquals(4, attention.effectiveRows(2), 1e-12);
        assertEquals(List.of(0, 1, 2), attention.mostConcentrated(3));
        assertEquals(List.of(0), attention.mostConcentrated(1));
        assertEquals(List.of(0, 1, 2), attention.mostConcentrated(99));
        assertEquals(List.of(), attention.mostConcentrated(0));
    }

    @Test
    void ofEqualsTheFirstComesFirst() {
        assertEquals(List.of(0, 1, 2), attention(MAPS.clone()).mostConcentrated(3));
    }

    @Test
    void whatIsNoAttentionIsRefused() {
        for (float wrong : new float[] {-0.1f, Float.NaN, 0.9f, Float.POSITIVE_INFINITY}) {
            float[] maps = MAPS.clone();
            maps[12 + 4] = wrong; // head 1, latent 1
            var refusal = assertThrows(IllegalArgumentException.class, () -> attention(maps));
            assertTrue(refusal.getMessage().startsWith("maps, head 1, latent 1: "), refusal.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> new LatentAttention(Tensor.of(MAPS, 6, 4)));
        assertThrows(IllegalArgumentException.class, () -> new LatentAttention(Tensor.zeros(1, 0, 4)));
        LatentAttention attention = attention(MAPS.clone());
        assertThrows(IndexOutOfBoundsException.class, () -> attention.shares(3));
        assertThrows(IndexOutOfBoundsException.class, () -> attention.shares(2, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> attention.effectiveRows(-1));
        assertThrows(IllegalArgumentException.class, () -> attention.mostConcentrated(-1));
    }

    @Test
    void mapsThatDoNotFitAreRefused() {
        LatentAttention.requireMemory(1, 64, 3025, "shorten it");
        var refusal = assertThrows(
                IllegalArgumentException.class, () -> LatentAttention.requireMemory(8, 65_536, 1 << 20, "shorten it"));
        assertTrue(refusal.getMessage().contains("65536 latents over 1048576 rows in 8 heads"), refusal.getMessage());
        assertTrue(refusal.getMessage().endsWith("shorten it"), refusal.getMessage());
    }
}

package io.tesserae.server.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AttentionPagesTest {

    private final AtomicLong now = new AtomicLong();
    private final AttentionPages pages = new AttentionPages(now::get);

    @Test
    void theOldestGoesWhenThereAreTooMany() {
        List<String> names = new ArrayList<>();
        for (byte i = 0; i <= AttentionPages.MOST; i++) {
            names.add(pages.keep(new byte[] {i}));
        }
        assertEquals(names.size(), new HashSet<>(names).size());
        assertEquals(Optional.empty(), pages.find(names.getFirst()));
        assertArrayEquals(new byte[] {1}, pages.find(names.get(1)).orElseThrow());
    }

    @Test
    void theOldestGoWhenTheyAreTooLargeTogether() {
        byte[] large = new byte[30 << 20];
        String first = pages.keep(large);
        String second = pages.keep(large);
        assertTrue(pages.find(first).isPresent());
        String third = pages.keep(large);
        assertTrue(pages.find(first).isEmpty());
        assertTrue(pages.find(second).isPresent());
        assertTrue(pages.find(third).isPresent());
    }

    @Test
    void oneWaitsForMinutesAndNoLonger() {
        String name = pages.keep(new byte[1]);
        now.addAndGet(AttentionPages.KEPT.toNanos());
        assertTrue(pages.find(name).isPresent());
        now.addAndGet(1);
        assertTrue(pages.find(name).isEmpty());
    }
}

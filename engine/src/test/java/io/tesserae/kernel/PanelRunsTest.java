package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PanelRunsTest {

    @Property
    void everyPanelIsTakenOnceWhoeverAsks(
            @ForAll @IntRange(min = 1, max = 60) int panels,
            @ForAll @IntRange(min = 1, max = 7) int count,
            @ForAll long seed) {
        PanelRuns runs = new PanelRuns(count).cut(panels, count);
        Random random = new Random(seed);
        boolean[] taken = new boolean[panels];
        for (int i = 0; i < panels; i++) {
            int panel = runs.take(random.nextInt(count));
            assertEquals(false, taken[panel]);
            taken[panel] = true;
        }
        for (int run = 0; run < count; run++) {
            assertEquals(-1, runs.take(run));
        }
    }

    @Test
    void aThreadWalksItsOwnRunFirst() {
        PanelRuns runs = new PanelRuns(2).cut(10, 2);
        assertEquals(5, runs.take(1));
        assertEquals(0, runs.take(0));
        assertEquals(1, runs.take(0));
        for (int panel = 6; panel < 10; panel++) {
            assertEquals(panel, runs.take(1));
        }
        assertEquals(4, runs.take(1), "then it helps, from the back");
        assertEquals(2, runs.take(0));
    }

    @Test
    void threadsThatRaceTakeEveryPanelOnce() {
        try (Workers workers = new Workers(4)) {
            PanelRuns runs = new PanelRuns(4);
            for (int loop = 0; loop < 500; loop++) {
                runs.cut(97, 4);
                AtomicIntegerArray taken = new AtomicIntegerArray(97);
                workers.run(4, (run, thread) -> {
                    for (int panel = runs.take(run); panel >= 0; panel = runs.take(run)) {
                        taken.incrementAndGet(panel);
                    }
                });
                for (int panel = 0; panel < 97; panel++) {
                    assertEquals(1, taken.get(panel));
                }
            }
        }
    }
}

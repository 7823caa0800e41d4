package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameTest {

    private static final Engine ENGINE = Engine.builder().threads(1).build();

    @Test
    void twoStreamsHaveMemoryOfTheirOwn() {
        try (Workspace workspace = ENGINE.machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor image = frame.tensor(2, 3);
            Tensor text = frame.tensor(2, 3);
            assertNotSame(image.data(), text.data());
            try (Frame inside = workspace.frame()) {
                float[] within = inside.floats(6);
                assertNotSame(image.data(), within);
                assertNotSame(text.data(), within);
            }
        }
    }

    @Test
    void whatOneFrameGaveBackTheNextHas() {
        try (Workspace workspace = ENGINE.machine().workspace();
                Frame frame = workspace.frame()) {
            frame.floats(4);
            List<float[]> first = twoOfAFrame(workspace);
            long size = workspace.size();
            List<float[]> second = twoOfAFrame(workspace);
            assertSame(first.get(0), second.get(0));
            assertSame(first.get(1), second.get(1));
            assertEquals(size, workspace.size());
        }
    }

    private static List<float[]> twoOfAFrame(Workspace workspace) {
        try (Frame frame = workspace.frame()) {
            return List.of(frame.floats(100), frame.floats(7));
        }
    }

    /** Surefire turns assertions on; so every test of a model would see a NaN of memory that was used too late. */
    @Test
    void memoryOfAClosedFrameHoldsNoNumbers() {
        try (Workspace workspace = ENGINE.machine().workspace();
                Frame frame = workspace.frame()) {
            float[] kept = frame.floats(3);
            Arrays.fill(kept, 1f);
            float[] array;
            try (Frame inside = workspace.frame()) {
                array = inside.floats(5);
                Arrays.fill(array, 1f);
            }
            for (float value : array) {
                assertTrue(Float.isNaN(value));
            }
            assertEquals(1f, kept[0]);
        }
    }

    @Test
    void onlyTheInnermostOpenFrameHandsOut() {
        try (Workspace workspace = ENGINE.machine().workspace()) {
            Frame outer = workspace.frame();
            Frame inner = workspace.frame();
            assertThrows(IllegalStateException.class, () -> outer.floats(1));
            assertThrows(IllegalStateException.class, outer::close);
            inner.close();
            assertThrows(IllegalStateException.class, () -> inner.floats(1));
            assertThrows(IllegalStateException.class, inner::close);
            outer.floats(1);
            outer.close();
            assertThrows(IllegalStateException.class, () -> outer.tensor(1));
        }
    }

    @Test
    void aFrameEndsWithItsWorkspace() {
        Frame left;
        try (Workspace workspace = ENGINE.machine().workspace()) {
            left = workspace.frame();
            left.floats(1);
        }
        assertThrows(IllegalStateException.class, () -> left.floats(1));
    }

    /** However frames are nested: what is in use is neither moved nor overwritten, and arrays are as long as was asked. */
    @Property
    void openFramesKeepWhatTheyHold(@ForAll @Size(max = 40) List<@IntRange(min = -1, max = 60) Integer> steps) {
        try (Workspace workspace = ENGINE.machine().workspace()) {
            List<Frame> open = new ArrayList<>(List.of(workspace.frame()));
            List<List<float[]>> held = new ArrayList<>(List.of(new ArrayList<>()));
            for (int step : steps) {
                if (step == -1 && open.size() > 1) {
                    open.removeLast().close();
                    held.removeLast();
                } else if (step % 5 == 0) {
                    open.add(workspace.frame());
                    held.add(new ArrayList<>());
                } else {
                    float[] array = open.getLast().floats(Math.max(0, step));
                    assertTrue(array.length >= step);
                    held.getLast().add(array);
                    Arrays.fill(array, held.stream().mapToInt(List::size).sum());
                }
                int number = 0;
                for (List<float[]> frame : held) {
                    for (float[] array : frame) {
                        float[] expected = new float[array.length];
                        Arrays.fill(expected, ++number);
                        assertArrayEquals(expected, array);
                    }
                }
            }
        }
    }
}

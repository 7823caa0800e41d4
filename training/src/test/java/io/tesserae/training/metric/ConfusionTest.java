package io.tesserae.training.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Recorded values are scikit-learn 1.9's. */
class ConfusionTest {

    private static final Confusion BINARY = new Confusion(
            new int[] {0, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0}, new int[] {0, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0});

    /** With a class that is never a label (4), and two that are never predicted (3 and 5). */
    private static final Confusion MANY = new Confusion(
            new int[] {0, 2, 2, 2, 1, 1, 0, 2, 1, 0, 1, 4, 0}, new int[] {0, 1, 2, 2, 1, 0, 3, 2, 1, 0, 2, 2, 5});

    @Test
    void twoClasses() {
        assertEquals(0.75, BINARY.accuracy());
        assertEquals(0.7142857142857143, BINARY.precision(1), 1e-15);
        assertEquals(0.8333333333333334, BINARY.recall(1), 1e-15);
        assertEquals(0.7692307692307693, BINARY.f1(1), 1e-15);
        assertEquals(0.8, BINARY.precision(0), 1e-15);
        assertEquals(0.6666666666666666, BINARY.recall(0), 1e-15);
        assertEquals(0.7272727272727273, BINARY.f1(0), 1e-15);
        assertEquals(0.50709255283711, BINARY.matthewsCorrelation(), 1e-14);
    }

    @Test
    void manyClasses() {
        assertEquals(0.5384615384615384, MANY.accuracy(), 1e-15);
        assertEquals(0.38529767852307234, MANY.matthewsCorrelation(), 1e-14);
        assertEquals(0.2916666666666667, MANY.precision(Average.MACRO), 1e-15);
        assertEquals(0.3222222222222222, MANY.recall(Average.MACRO), 1e-15);
        assertEquals(0.30158730158730157, MANY.f1(Average.MACRO), 1e-15);
        assertEquals(0.5192307692307693, MANY.precision(Average.WEIGHTED), 1e-15);
        assertEquals(0.5384615384615384, MANY.recall(Average.WEIGHTED), 1e-15);
        assertEquals(0.5201465201465201, MANY.f1(Average.WEIGHTED), 1e-15);
        assertEquals(0.5384615384615384, MANY.f1(Average.MICRO), 1e-15);
    }

    @Test
    void divisionsByZeroAreZero() {
        assertEquals(0, new Confusion(new int[] {1, 1, 1, 1}, new int[] {0, 1, 0, 1}).matthewsCorrelation());
        assertEquals(0, new Confusion(new int[] {1, 1}, new int[] {1, 1}).matthewsCorrelation());
        assertEquals(0, new Confusion(new int[] {0, 0, 0}, new int[] {0, 0, 1}).f1(1));
        assertEquals(0, BINARY.f1(7));
    }

    @Test
    void misuseIsNamed() {
        assertThrows(IllegalArgumentException.class, () -> new Confusion(new int[] {1}, new int[] {1, 0}));
        assertThrows(IllegalArgumentException.class, () -> new Confusion(new int[0], new int[0]));
        String message = assertThrows(
                        IllegalArgumentException.class, () -> new Confusion(new int[] {1, 1}, new int[] {1, -100}))
                .getMessage();
        assertTrue(message.contains("-100") && message.contains("example 1"), message);
    }

    @Property(tries = 300)
    void boundsSymmetryAndOrder(
            @ForAll @Size(20) int[] anyPredictions,
            @ForAll @Size(20) int[] anyLabels,
            @ForAll @IntRange(max = 99) int seed) {
        int[] predictions = classes(anyPredictions);
        int[] labels = classes(anyLabels);
        Confusion confusion = new Confusion(predictions, labels);
        Confusion turned = new Confusion(labels, predictions);
        assertEquals(confusion.matthewsCorrelation(), turned.matthewsCorrelation(), 1e-12);
        assertTrue(Math.abs(confusion.matthewsCorrelation()) <= 1);
        assertEquals(confusion.accuracy(), confusion.f1(Average.MICRO), 1e-12);
        for (Average average : Average.values()) {
            assertTrue(confusion.f1(average) >= 0 && confusion.f1(average) <= 1);
        }
        assertEquals(confusion.precision(Average.MACRO), turned.recall(Average.MACRO), 1e-12);
        Random random = new Random(seed);
        for (int i = labels.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            swap(predictions, i, other);
            swap(labels, i, other);
        }
        Confusion shuffled = new Confusion(predictions, labels);
        assertEquals(confusion.f1(Average.MACRO), shuffled.f1(Average.MACRO));
        assertEquals(confusion.matthewsCorrelation(), shuffled.matthewsCorrelation());
    }

    private static int[] classes(int[] numbers) {
        int[] classes = numbers.clone();
        for (int i = 0; i < classes.length; i++) {
            classes[i] = Math.floorMod(classes[i], 4);
        }
        return classes;
    }

    private static void swap(int[] numbers, int i, int j) {
        int number = numbers[i];
        numbers[i] = numbers[j];
        numbers[j] = number;
    }
}

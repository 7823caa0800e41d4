package io.tesserae.scenes.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.scenes.evaluation.NearestNeighbours.Labelled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class NearestNeighboursTest {

    private static Labelled at(double degrees, int label) {
        double radians = Math.toRadians(degrees);
        return new Labelled(new float[] {(float) Math.cos(radians), (float) Math.sin(radians)}, label);
    }

    @Example
    void theNearestDecidesAlone() {
        NearestNeighbours one = NearestNeighbours.of(List.of(at(0, 3), at(80, 1), at(90, 1)), 1, 0.07);
        assertEquals(3, one.predict(at(30, 0).feature()));
        assertEquals(1, one.predict(at(50, 0).feature()));
    }

    /** At 0.07 one at 10 degrees outweighs two at 45: exp((0.985 - 0.707) / 0.07) is 53. Hot, all count the same. */
    @Example
    void nearerOnesCountMore() {
        List<Labelled> known = List.of(at(10, 0), at(45, 1), at(-45, 1));
        assertEquals(0, NearestNeighbours.of(known, 3, 0.07).predict(at(0, 0).feature()));
        assertEquals(1, NearestNeighbours.of(known, 3, 100).predict(at(0, 0).feature()));
        assertEquals(0, NearestNeighbours.of(known, 3, 1e-9).predict(at(0, 0).feature()));
    }

    /** Nine at 31 degrees against twelve at 30: as many as vote, by exp(cosine / 0.07). */
    @Example
    void onlySoManyVote() {
        List<Labelled> known = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            known.add(at(30, 0));
            known.add(at(31, 1));
            known.add(at(32, 1));
        }
        assertEquals(0, NearestNeighbours.of(known).predict(at(0, 0).feature())); // 12 of 0 and 8 of 1
        assertEquals(1, NearestNeighbours.of(known, 36, 0.07).predict(at(0, 0).feature())); // 12 of 0 and 24 of 1
    }

    @Property(tries = 100)
    void lengthsDoNotCount(@ForAll long seed) {
        Random random = new Random(seed);
        List<Labelled> known = new ArrayList<>();
        List<Labelled> longer = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            double degrees = random.nextInt(360);
            float length = 1 << random.nextInt(10);
            Labelled labelled = at(degrees, random.nextInt(4));
            known.add(labelled);
            longer.add(new Labelled(
                    new float[] {labelled.feature()[0] * length, labelled.feature()[1] * length}, labelled.label()));
        }
        float[] asked = at(random.nextInt(360), 0).feature();
        assertEquals(
                NearestNeighbours.of(known).predict(asked),
                NearestNeighbours.of(longer).predict(asked));
    }

    @Example
    void accuracyIsTheShareThatIsRight() {
        NearestNeighbours neighbours = NearestNeighbours.of(List.of(at(0, 0), at(90, 1)), 1, 0.07);
        assertEquals(0.75, neighbours.accuracy(List.of(at(5, 0), at(10, 0), at(80, 1), at(85, 0))));
    }

    @Example
    void whatCannotBeComparedIsRefused() {
        NearestNeighbours neighbours = NearestNeighbours.of(List.of(at(0, 0)));
        assertThrows(IllegalArgumentException.class, () -> neighbours.predict(new float[] {1}));
        assertThrows(IllegalArgumentException.class, () -> neighbours.predict(new float[] {0, 0}));
        assertThrows(IllegalArgumentException.class, () -> neighbours.predict(new float[] {Float.NaN, 1}));
        assertThrows(IllegalArgumentException.class, () -> neighbours.accuracy(List.of()));
        assertThrows(IllegalArgumentException.class, () -> NearestNeighbours.of(List.of()));
        assertThrows(IllegalArgumentException.class, () -> NearestNeighbours.of(List.of(at(0, 0)), 0, 1));
        assertThrows(IllegalArgumentException.class, () -> NearestNeighbours.of(List.of(at(0, 0)), 1, 0));
        assertThrows(IllegalArgumentException.class, () -> at(0, -1));
    }
}

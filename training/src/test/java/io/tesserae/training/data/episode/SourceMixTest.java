package io.tesserae.training.data.episode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.data.Dataset;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many examples of each source an epoch has, and what is cut of an episode. */
class SourceMixTest {

    /** Step t sees t, does t + 1 and is rewarded with t / 2; the expert would have done t + 2. */
    private static Demonstration counting(int steps) {
        Tensor seen = Tensor.zeros(steps, 1);
        float[] rewards = new float[steps];
        for (int step = 0; step < steps; step++) {
            seen.data()[step] = step;
            rewards[step] = step / 2f;
        }
        int[] done = IntStream.range(1, steps + 1).toArray();
        int[] labels = IntStream.range(2, steps + 2).toArray();
        return new Demonstration(
                new Episode(new Observations.Continuous(seen), new Actions.Discrete(done), rewards),
                new Actions.Discrete(labels));
    }

    private static TrainingSource episodes(double share, int... steps) {
        return new TrainingSource.Episodes(
                "counting",
                share,
                1f,
                Arrays.stream(steps).mapToObj(SourceMixTest::counting).toList());
    }

    private static TrainingSource texts(double share, int count) {
        List<PhotoText> texts = IntStream.range(0, count)
                .mapToObj(i -> PhotoText.of(new int[] {i, i}))
                .toList();
        return new TrainingSource.Texts("texts", share, 1f, Dataset.of(texts));
    }

    private static int steps(SourceMix.Example example) {
        return example.demonstration().steps();
    }

    @Test
    void sharesSayHowManyExamplesOfEachThereAre() {
        SourceMix mix = new SourceMix(List.of(episodes(3, 40, 10), texts(1, 100)), 80, 8, 1);
        assertEquals(80, mix.size());
        assertEquals(
                60,
                IntStream.range(0, 80)
                        .filter(place -> mix.get(place, 0).demonstration() != null)
                        .count());
        assertEquals(107, new SourceMix(List.of(episodes(3, 40, 10), texts(1, 100)), 0, 8, 1).size());
    }

    /** Twenty texts an epoch, of a hundred: in five epochs each comes once. */
    @Test
    void examplesFollowEachOtherFromEpochToEpoch() {
        SourceMix mix = new SourceMix(List.of(texts(1, 100)), 20, 8, 1);
        TreeSet<Integer> seen = new TreeSet<>();
        for (long epoch = 5; epoch < 10; epoch++) {
            for (int place = 0; place < 20; place++) {
                seen.add(mix.get(place, epoch).text().inputIds()[0]);
            }
        }
        assertEquals(100, seen.size());
    }

    @Test
    void windowsAreCutWhereTheDrawSays() {
        SourceMix mix = new SourceMix(List.of(episodes(1, 20)), 3, 8, 1);
        TreeSet<Integer> firsts = new TreeSet<>();
        for (long epoch = 0; epoch < 100; epoch++) {
            for (int place = 0; place < 3; place++) {
                Demonstration window = mix.get(place, epoch).demonstration();
                int first = (int) ((Observations.Continuous) window.episode().observations())
                        .values()
                        .data()[0];
                firsts.add(first);
                assertEquals(8, window.steps());
                assertEquals(first / 2f, window.episode().rewards()[0]);
                assertArrayEquals(
                        IntStream.range(first + 1, first + 9).toArray(),
                        ((Actions.Discrete) window.episode().actions()).indices());
                assertArrayEquals(
                        IntStream.range(first + 2, first + 10).toArray(),
                        ((Actions.Discrete) window.labels()).indices());
            }
        }
        assertEquals(IntStream.rangeClosed(0, 12).boxed().toList(), List.copyOf(firsts));
        SourceMix again = new SourceMix(List.of(episodes(1, 20)), 3, 8, 1);
        assertArrayEquals(
                mix.get(2, 7).demonstration().episode().rewards(),
                again.get(2, 7).demonstration().episode().rewards());
    }

    @Test
    void shortEpisodesComeWhole() {
        Demonstration whole = counting(5);
        SourceMix mix = new SourceMix(List.of(new TrainingSource.Episodes("short", 1, 1f, List.of(whole))), 2, 8, 1);
        assertSame(whole, mix.get(1, 3).demonstration());
    }

    @Test
    void evaluationHasEachStepOnce() {
        List<SourceMix.Example> all = SourceMix.all(episodes(1, 20, 8, 3), 8);
        assertEquals(
                List.of(8, 8, 4, 8, 3), all.stream().map(SourceMixTest::steps).toList());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Episode episode = counting(3).episode();
        assertThrows(
                IllegalArgumentException.class, () -> new Demonstration(episode, new Actions.Discrete(new int[2])));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Demonstration(episode, new Actions.Continuous(Tensor.zeros(3, 1))));
        assertThrows(IllegalArgumentException.class, () -> PhotoText.of(new int[] {1}));
        assertThrows(IllegalArgumentException.class, () -> texts(0, 1));
        var refusal = assertThrows(
                IllegalArgumentException.class, () -> new TrainingSource.Episodes("a b", 1, 1f, List.of(counting(1))));
        assertTrue(refusal.getMessage().contains("a b"), refusal::getMessage);
    }
}

package io.tesserae.examples.generalist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.ActionSpace;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Episodes, and what holds for every environment. */
class EpisodeTest {

    @Test
    void seedsDecideEverything() {
        for (String name : Environments.names()) {
            Environment environment = Environments.named(name);
            Episode first = Episode.ofExpert(environment, 5, 0.2);
            // An episode in between leaves nothing behind.
            Episode.ofRandom(environment, 1);
            assertEquals(first, Episode.ofExpert(environment, 5, 0.2), name);
            assertEquals(first, Episode.ofExpert(Environments.named(name), 5, 0.2), name);
            assertNotEquals(first, Episode.ofExpert(environment, 6, 0.2), name);
            assertNotEquals(first, Episode.ofExpert(environment, 5, 0.6), name);
        }
    }

    @Test
    void rewardsArriveWithTheObservationAfterTheStep() {
        GridWorld gridWorld = new GridWorld();
        Episode episode = Episode.ofExpert(gridWorld, 0);
        for (float reward : episode.rewards()) {
            assertEquals(0, reward, "success ends the episode: its reward is the last step's");
        }
        assertEquals((float) (1 - 0.9 * episode.length() / 64), episode.totalReward());
        float[] rewards = Episode.ofExpert(new CartPole(), 0).rewards();
        assertEquals(500, rewards.length);
        assertEquals(0, rewards[0]);
        assertEquals(1, rewards[1]);
    }

    @Test
    void policiesSeeWhatIsRecorded() {
        float[] heard = new float[200];
        int[] steps = {0};
        Episode episode = Episode.play(
                new Pendulum(),
                (_, reward) -> {
                    heard[steps[0]++] = reward;
                    return new Action.Continuous(new float[] {9});
                },
                4);
        assertEquals(200, steps[0]);
        assertArrayEquals(heard, episode.rewards());
        assertEquals(new Action.Continuous(new float[] {9}), episode.actions().getFirst());
    }

    /** With noise the cart goes elsewhere. What it did is an action, what the expert would have done there is its label. */
    @Test
    void noiseIsExecutedAndTheExpertIsTheLabel() {
        CartPole cartPole = new CartPole();
        Episode noisy = Episode.ofExpert(cartPole, 2, 1);
        assertTrue(noisy.length() < 200, "random actions let it fall: " + noisy);
        CartPole again = new CartPole();
        again.reset(2);
        int same = 0;
        for (int step = 0; step < noisy.length(); step++) {
            assertEquals(again.expert(), noisy.labels().get(step), "step " + step);
            same += noisy.labels().get(step).equals(noisy.actions().get(step)) ? 1 : 0;
            again.step(noisy.actions().get(step));
        }
        assertTrue(same < noisy.length(), "not all random actions are the expert's");
        Episode steady = Episode.ofExpert(cartPole, 2);
        assertEquals(steady.labels(), steady.actions());
        assertThrows(IllegalArgumentException.class, () -> Episode.ofExpert(cartPole, 2, 1.5));
    }

    @Test
    void randomActionsAreAllOfTheSpace() {
        for (String name : Environments.names()) {
            Environment environment = Environments.named(name);
            SeededRandom random = new SeededRandom(1);
            Set<Action> seen = new HashSet<>();
            for (int i = 0; i < 200; i++) {
                seen.add(environment.random(random));
            }
            switch (environment.actionSpace()) {
                case ActionSpace.Discrete(int count) -> assertEquals(count, seen.size(), name);
                case ActionSpace.Box(int size, float low, float high) -> {
                    for (Action action : seen) {
                        float[] values = ((Action.Continuous) action).values();
                        assertEquals(size, values.length);
                        assertTrue(values[0] >= low && values[0] <= high);
                    }
                }
            }
        }
    }

    @Test
    void everyEnvironmentShowsItself() {
        for (String name : Environments.names()) {
            Environment environment = Environments.named(name);
            assertEquals(name, environment.name());
            assertThrows(IllegalStateException.class, environment::expert, name);
            environment.reset(3);
            String before = environment.sketch();
            int[] pixels = pixels(environment);
            assertTrue(new HashSet<>(Arrays.stream(pixels).boxed().toList()).size() > 2, name);
            Episode.ofRandom(environment, 3);
            assertNotEquals(before, environment.sketch());
            assertTrue(before.lines().count() >= 6 && before.lines().allMatch(line -> line.length() < 80), before);
            assertTrue(!Arrays.equals(pixels, pixels(environment)), name);
        }
    }

    private static int[] pixels(Environment environment) {
        return environment.picture(120, 80).getRGB(0, 0, 120, 80, null, 0, 120);
    }

    @Test
    void unknownNamesAreToldTheKnownOnes() {
        Exception error = assertThrows(IllegalArgumentException.class, () -> Environments.named("chess"));
        assertEquals("environment: expected one of cart-pole, pendulum, grid-world, found chess", error.getMessage());
        assertEquals(List.of("cart-pole", "pendulum", "grid-world"), Environments.names());
    }
}

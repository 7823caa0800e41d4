package io.tesserae.examples.generalist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.Observation;
import org.junit.jupiter.api.Test;

/** Against numbers of Gymnasium's {@code CartPoleEnv}. */
class CartPoleTest {

    private final CartPole cartPole = new CartPole();

    @Test
    void movesAsGymnasiums() {
        cartPole.start(0.012509546660466692, 0.039721380096957554, 0.02756856902451936, -0.027479281000940815);
        int[] actions = {1, 1, 0, 1, 0, 0, 0, 1, 1};
        step(0.013303974643349648f, 0.23443734645843506f, 0.02701898291707039f, -0.3113381266593933f, actions[0]);
        for (int i = 1; i < actions.length; i++) {
            cartPole.step(new Action.Discrete(actions[i]));
        }
        step(0.047608885914087296f, 0.03927036002278328f, -0.015334812924265862f, -0.01752374693751335f, 0);
        for (int more = 10; more < 18; more++) {
            assertFalse(cartPole.step(new Action.Discrete(1)).ends());
        }
        Step last = step(0.19547469913959503f, 1.8011137247085571f, -0.2372746467590332f, -2.8408782482147217f, 1);
        assertTrue(last.terminated());
        assertEquals(1, last.reward());
    }

    private Step step(float position, float speed, float angle, float angleSpeed, int action) {
        Step step = cartPole.step(new Action.Discrete(action));
        float[] expected = {position, speed, angle, angleSpeed};
        float[] found = ((Observation.Continuous) step.observation()).values();
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], 1e-6f * Math.abs(expected[i]) + 1e-8f);
        }
        return step;
    }

    @Test
    void isOverWhereTheTrackEnds() {
        cartPole.start(2.399, 1, 0, 0);
        assertTrue(cartPole.step(new Action.Discrete(1)).terminated());
        cartPole.start(-2.399, -0.01, 0, 0);
        assertFalse(cartPole.step(new Action.Discrete(1)).terminated());
    }

    @Test
    void startsNearTheMiddle() {
        for (long seed = 0; seed < 100; seed++) {
            for (float value : ((Observation.Continuous) cartPole.reset(seed)).values()) {
                assertTrue(Math.abs(value) <= 0.05f);
            }
        }
    }

    @Test
    void expertNeverLetsItFall() {
        for (long seed = 0; seed < 100; seed++) {
            assertEquals(500, Episode.ofExpert(cartPole, seed).totalReward());
        }
    }

    @Test
    void lastsFiveHundredSteps() {
        Episode.ofExpert(cartPole, 3);
        Exception over = assertThrows(IllegalStateException.class, () -> cartPole.step(new Action.Discrete(0)));
        assertTrue(over.getMessage().contains("reset"), over.getMessage());
    }

    @Test
    void wantsAnActionOfItsOwn() {
        cartPole.reset(0);
        assertThrows(IllegalArgumentException.class, () -> cartPole.step(new Action.Discrete(2)));
        assertThrows(IllegalArgumentException.class, () -> cartPole.step(new Action.Continuous(new float[] {1})));
    }
}

package io.tesserae.examples.generalist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.Observation;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Against numbers of Gymnasium's {@code PendulumEnv}. */
class PendulumTest {

    private final Pendulum pendulum = new Pendulum();

    @Test
    void movesAsGymnasiums() {
        pendulum.start(-2.603443065020804, -0.5263789868078006);
        step(0.3f, -0.8800351619720459f, -0.4749085307121277f, -0.8657900094985962f, -6.805713f);
        step(-1.7f, -0.9126760363578796f, -0.4086838662624359f, -1.4769713878631592f, -7.0830426f);
        // More torque than there is: 2 and -2 are applied.
        step(2.5f, -0.940452516078949f, -0.3399251401424408f, -1.4834842681884766f, -7.6237063f);
        step(-3, -0.9701577425003052f, -0.2424747347831726f, -2.0384280681610107f, -8.03473f);
        step(1.1f, -0.9899134635925293f, -0.14167343080043793f, -2.055284261703491f, -8.807466f);
        step(0, -0.9994195103645325f, -0.03406812995672226f, -2.161539316177368f, -9.419065f);
        // The angle passes pi, where the reward counts from the other side.
        step(2, -0.9981837272644043f, 0.06024329364299774f, -1.8870903253555298f, -10.1278925f);
        step(2, -0.990578830242157f, 0.1369435042142868f, -1.5419079065322876f, -9.8546f);
        pendulum.start(-3.5, 7.9);
        step(-2, -0.9993963837623596f, -0.034740034490823746f, 7.8630876541137695f, -13.99112f);
    }

    private void step(float torque, float cosine, float sine, float speed, float reward) {
        Step step = pendulum.step(new Action.Continuous(new float[] {torque}));
        float[] found = ((Observation.Continuous) step.observation()).values();
        assertArrayEquals(new float[] {cosine, sine, speed}, found, 1e-6f);
        assertEquals(reward, step.reward(), 1e-6f * -reward);
    }

    @Test
    void speedHasALimit() {
        pendulum.start(Math.PI / 2, 7.9);
        Step step = pendulum.step(new Action.Continuous(new float[] {2}));
        assertEquals(8, ((Observation.Continuous) step.observation()).values()[2]);
    }

    @Test
    void lastsTwoHundredSteps() {
        assertEquals(200, Episode.ofRandom(pendulum, 1).length());
    }

    @Test
    void expertSwingsItUpAndHoldsIt() {
        double expert = LongStream.range(0, 100)
                .mapToDouble(seed -> Episode.ofExpert(pendulum, seed).totalReward())
                .average()
                .orElseThrow();
        double random = LongStream.range(0, 100)
                .mapToDouble(seed -> Episode.ofRandom(pendulum, seed).totalReward())
                .average()
                .orElseThrow();
        assertTrue(expert > -150, "expert: " + expert);
        assertTrue(random < -1000, "random: " + random);
    }

    @Test
    void expertHoldsItWhereverItStarted() {
        for (long seed = 0; seed < 100; seed++) {
            Episode episode = Episode.ofExpert(pendulum, seed);
            float[] last = ((Observation.Continuous) episode.observations().getLast()).values();
            assertTrue(last[0] > 0.999 && Math.abs(last[2]) < 0.05, "seed " + seed + " ends at " + last[0]);
        }
    }

    @Test
    void wantsFiniteTorque() {
        pendulum.reset(0);
        assertThrows(
                IllegalArgumentException.class, () -> pendulum.step(new Action.Continuous(new float[] {Float.NaN})));
        assertThrows(IllegalArgumentException.class, () -> pendulum.step(new Action.Continuous(new float[2])));
    }
}

package io.tesserae.training.layer.episode;

import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Observations;

/** Numbers of any width as so many as a layer reads: from the first again, until there are enough. JAT's {@code cyclic_expand_dim}. */
public final class WideNumbers {

    private WideNumbers() {}

    /** A continuous observation, its reward behind it: {@code [width]}. */
    public static float[] ofObservation(Observations.Continuous observations, int step, float reward, int width) {
        int numbers = observations.width();
        float[] wide = new float[width];
        for (int i = 0; i < width; i++) {
            int of = i % (numbers + 1);
            wide[i] = of == numbers ? reward : observations.values().data()[step * numbers + of];
        }
        return wide;
    }

    /** A continuous action, without a reward: {@code [width]}. */
    public static float[] ofAction(Actions.Continuous actions, int step, int width) {
        int numbers = actions.width();
        float[] wide = new float[width];
        for (int i = 0; i < width; i++) {
            wide[i] = actions.values().data()[step * numbers + i % numbers];
        }
        return wide;
    }
}

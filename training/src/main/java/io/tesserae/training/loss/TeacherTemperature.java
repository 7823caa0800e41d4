package io.tesserae.training.loss;

/**
 * How the teacher's temperature rises in {@link SelfDistillation}: {@code teacher_temp_schedule} of DINO's code, a straight line over the
 * first epochs, both ends included, and level after. A high one from the start makes training unstable.
 *
 * @param first above 0, of the first epoch; 0.04 in the reference
 * @param last above 0, after the warm-up
 * @param warmup how many epochs the warm-up has, 0 or more
 */
public record TeacherTemperature(float first, float last, int warmup) {

    /** Checks the numbers. */
    public TeacherTemperature {
        boolean above = first > 0 && last > 0 && first < Float.POSITIVE_INFINITY && last < Float.POSITIVE_INFINITY;
        if (!above || warmup < 0) {
            throw new IllegalArgumentException("teacher's temperature: expected numbers above 0 and a warm-up of 0"
                    + " epochs or more, found " + first + ", " + last + " and " + warmup);
        }
    }

    /** The temperature of an epoch, counted from 0. */
    public float at(int epoch) {
        if (epoch >= warmup) {
            return last;
        }
        return warmup == 1 ? first : (float) (first + ((double) last - first) * epoch / (warmup - 1));
    }
}

package io.tesserae.training.augmentation;

import io.tesserae.training.kernel.Draw;

/**
 * The random numbers of one crop of one picture, one after the other. Where they begin follows from the seed, the
 * epoch, the example and the crop: so a picture is changed the same whichever thread prepares it, in whichever order,
 * and after a resumption.
 *
 * <p>Not thread-safe: every crop has one of its own.
 */
public final class RandomNumbers {

    private final Draw draw;
    private long place;

    private RandomNumbers(Draw draw) {
        this.draw = draw;
    }

    /**
     * The numbers of a crop.
     *
     * @param seed of the training run
     * @param epoch how many times the data were read before, 0 or more
     * @param example which of the data it is, 0 or more, however they are shuffled
     * @param crop which crop of the picture it is, 0 or more
     */
    public static RandomNumbers of(long seed, long epoch, int example, int crop) {
        if (epoch < 0 || example < 0 || crop < 0) {
            throw new IllegalArgumentException(
                    "epoch, example and crop are 0 or more, found " + epoch + ", " + example + " and " + crop);
        }
        // Sites from 0 on are the network's: a picture's numbers are to have nothing in common with those of a dropout.
        return new RandomNumbers(Draw.of(seed, epoch, example, ~crop));
    }

    /** A number from 0 to below 1, of 24 random bits. */
    public double uniform() {
        return draw.uniform(place++);
    }

    /** A number of a range, each as likely as the others. */
    public double in(Range range) {
        return range.from() + (range.to() - range.from()) * uniform();
    }

    /**
     * A whole number from 0 to {@code end - 1}.
     *
     * @param end 1 or more
     */
    public int below(int end) {
        if (end < 1) {
            throw new IllegalArgumentException("there is no number from 0 to below " + end);
        }
        return (int) (Integer.toUnsignedLong(draw.bits(place++)) * end >>> Integer.SIZE);
    }

    /** True with the given probability. */
    public boolean chance(double probability) {
        return uniform() < requireProbability(probability);
    }

    /** The numbers from 0 to {@code length - 1} in a random order: Fisher and Yates's shuffle. */
    public int[] permutation(int length) {
        int[] order = new int[length];
        for (int i = 0; i < length; i++) {
            int other = below(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }

    /** A number of the normal distribution with mean 0 and standard deviation 1: Box and Muller's transform. */
    public double normal() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform())); // 1 - uniform() is above 0
        return radius * StrictMath.cos(2 * Math.PI * uniform());
    }

    static double requireProbability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability is a number from 0 to 1, found " + probability);
        }
        return probability;
    }

    /** A number of a range whose logarithm is evenly distributed: twice as large is as likely as half as large. */
    double logarithmicallyIn(Range range) {
        // Of StrictMath: the same bits on every machine
        return StrictMath.exp(in(new Range(StrictMath.log(range.from()), StrictMath.log(range.to()))));
    }
}

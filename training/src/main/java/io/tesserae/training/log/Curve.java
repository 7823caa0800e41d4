package io.tesserae.training.log;

import java.util.Arrays;
import java.util.List;

/**
 * The numbers of one name over the steps.
 *
 * @param name what the legend calls it
 * @param steps at which steps, in order
 * @param values the number at each; NaN where there was none that could be drawn
 */
record Curve(String name, double[] steps, double[] values) {

    /** What is larger is drawn as little as what is infinite: it would leave no room for the others. */
    private static final double LARGEST = 1e30;

    /** Beneath this many points a smoothed line tells nothing new. */
    private static final int LEAST_TO_SMOOTH = 20;

    /** The curve of a name, from the entries that have it. */
    static Curve of(String name, List<LogEntry> entries) {
        List<LogEntry> having =
                entries.stream().filter(entry -> entry.has(name)).toList();
        double[] values =
                having.stream().mapToDouble(entry -> entry.number(name)).toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]) <= LARGEST ? values[i] : Double.NaN;
        }
        return new Curve(name, having.stream().mapToDouble(LogEntry::step).toArray(), values);
    }

    /** What can be drawn at all. */
    double[] drawable() {
        return Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    }

    /** Whether the name was never logged. */
    boolean isAbsent() {
        return values.length == 0;
    }

    boolean isWorthSmoothing() {
        return drawable().length >= LEAST_TO_SMOOTH;
    }

    /**
     * The exponential moving average over a twenty-fifth of the points, without the pull towards its start: Kingma and
     * Ba, 2014, section 3. What is not drawn leaves it as it is.
     */
    Curve smoothed() {
        double decay = 1 - 2 / (Math.max(5, drawable().length / 25.0) + 1);
        double[] means = new double[values.length];
        double mean = 0;
        double weight = 1;
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                means[i] = Double.NaN;
                continue;
            }
            mean = decay * mean + (1 - decay) * values[i];
            weight *= decay;
            means[i] = mean / (1 - weight);
        }
        return new Curve(name + ", smoothed", steps, means);
    }

    /**
     * The power of ten that brings all values into −1 to 1, as {@code 100} or {@code 1e-4}.
     *
     * @param enlarging whether values may be divided by less than 1; measures from 0 to 1 stay what they are
     */
    String unit(boolean enlarging) {
        double largest = Arrays.stream(drawable()).map(Math::abs).max().orElse(0);
        if (largest == 0 || largest <= 1 && !enlarging) {
            return "1";
        }
        int exponent = (int) StrictMath.floor(StrictMath.log10(largest)) - 1;
        while (Double.parseDouble("1e" + exponent) < largest) {
            exponent++;
        }
        return exponent >= 0 && exponent < 5 ? "1" + "0".repeat(exponent) : "1e" + exponent;
    }

    /** The values in units of a power of ten. */
    Curve in(String unit) {
        double divisor = Double.parseDouble(unit);
        String title = unit.equals("1") ? name : name + " ÷ " + unit;
        return new Curve(
                title,
                steps,
                Arrays.stream(values).map(value -> value / divisor).toArray());
    }

    /** What the legend says: the name, and how many values are missing from the picture. */
    String title() {
        int missing = values.length - drawable().length;
        return missing == 0 ? name : name + " (" + missing + " not drawn)";
    }
}

package io.tesserae.training.augmentation;

/**
 * The numbers between two.
 *
 * @param from the least, finite
 * @param to the greatest, finite and not below {@code from}
 */
public record Range(double from, double to) {

    /** Checks the order. */
    public Range {
        if (!(from <= to && Double.isFinite(from) && Double.isFinite(to))) {
            throw new IllegalArgumentException(
                    "a range is from a finite number to one that is not below it, found " + from + " to " + to);
        }
    }

    /** Checks that all of it is above 0. */
    Range requirePositive(String name) {
        if (from <= 0) {
            throw new IllegalArgumentException(name + ": expected a range above 0, found " + from + " to " + to);
        }
        return this;
    }
}

package io.tesserae.training.log;

import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * The numbers along one side of a picture, marked at multiples of 1, 2 or 5 times a power of ten.
 *
 * @param low the least number
 * @param high the largest one, more than {@code low}
 * @param exponent the power of ten in the distance between two marks
 * @param digit what it is multiplied by: 1, 2 or 5
 */
record Axis(double low, double high, int exponent, int digit) {

    /** Numbers nearer to each other than this part of them are drawn as if they were one: labels have not the room. */
    private static final double NARROWEST = 1e-6;

    /** From the one to the other; widened if they are the same. */
    static Axis between(double least, double largest, int marks) {
        double low = least;
        double high = largest;
        double size = Math.max(Math.abs(low), Math.abs(high));
        if (high - low <= size * NARROWEST) {
            double around = size == 0 ? 1 : size / 10;
            low -= around;
            high += around;
        }
        double distance = (high - low) / marks;
        int exponent = (int) StrictMath.floor(StrictMath.log10(distance));
        int digit = 1;
        while (digit < 10 && digit * powerOfTen(exponent) < distance) {
            digit = digit == 2 ? 5 : 2 * digit;
        }
        return digit == 10 ? new Axis(low, high, exponent + 1, 1) : new Axis(low, high, exponent, digit);
    }

    /** The same marks, and one more at either end if the numbers go beyond the last. */
    Axis widenedToMarks() {
        return new Axis(Math.floor(low / tick()) * tick(), Math.ceil(high / tick()) * tick(), exponent, digit);
    }

    /** The same with marks at whole numbers only: half a step is none. */
    Axis ofWholeNumbers() {
        return exponent >= 0 ? this : new Axis(low, high, 0, 1);
    }

    /** The marks, from the least. */
    DoubleStream ticks() {
        // A little more room, because low and high may be multiples that were rounded.
        long first = (long) Math.ceil(low / tick() - 1e-6);
        long last = (long) Math.floor(high / tick() + 1e-6);
        return LongStream.rangeClosed(first, last).mapToDouble(i -> i * tick());
    }

    /** Where a number lies, from 0 to 1. */
    double position(double number) {
        return (number - low) / (high - low);
    }

    /** A mark's number with as many digits as tell it from its neighbours. */
    String label(double tick) {
        double size = Math.max(Math.abs(low), Math.abs(high));
        if (size < 1e6 && exponent >= -4) {
            return String.format(Locale.ROOT, "%,." + Math.max(0, -exponent) + "f", tick + 0.0);
        }
        if (Math.abs(tick) < tick() / 2) {
            return "0";
        }
        int digits = (int) StrictMath.floor(StrictMath.log10(Math.abs(tick) * (1 + 1e-9))) - exponent;
        String number = String.format(Locale.ROOT, "%." + Math.clamp(digits, 0, 9) + "e", tick);
        return number.replaceFirst("e([+-])0*", "e$1").replace("e+", "e");
    }

    private double tick() {
        return digit * powerOfTen(exponent);
    }

    private static double powerOfTen(int exponent) {
        return Double.parseDouble("1e" + exponent);
    }
}

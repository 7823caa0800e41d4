package io.tesserae.pipelines.agent;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;
import java.util.Optional;

/** What an environment shows of itself at one step. Immutable. */
public sealed interface Observation {

    /** Numbers: positions, speeds, angles. */
    static Observation of(float... values) {
        return new Continuous(values);
    }

    /** Whole numbers, such as what is in each cell of a grid, and what is to be done, in words. */
    static Observation of(int[] values, String text) {
        return new Discrete(values, Optional.of(Arguments.require(text, "text")));
    }

    /** Whole numbers alone. */
    static Observation of(int... values) {
        return new Discrete(values, Optional.empty());
    }

    /**
     * Numbers.
     *
     * @param values finite, one or more
     */
    record Continuous(float[] values) implements Observation {

        /** Copies the values. */
        public Continuous {
            values = Arguments.require(values, "values").clone();
        }

        @Override
        public float[] values() {
            return values.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Continuous(float[] others) && Arrays.equals(values, others);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return values.length + " numbers";
        }
    }

    /**
     * Whole numbers, and perhaps a text.
     *
     * @param values 0 or more each
     * @param text such as the mission of BabyAI: {@code go to the red ball}
     */
    record Discrete(int[] values, Optional<String> text) implements Observation {

        /** Copies the values. */
        public Discrete {
            values = Arguments.require(values, "values").clone();
            Arguments.require(text, "text");
        }

        @Override
        public int[] values() {
            return values.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Discrete(int[] others, Optional<String> otherText)
                    && Arrays.equals(values, others)
                    && text.equals(otherText);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(values) + text.hashCode();
        }

        @Override
        public String toString() {
            return values.length + " whole numbers"
                    + text.map(words -> " and \"" + words + "\"").orElse("");
        }
    }

    /**
     * The last frames of a game, as channels of one picture.
     *
     * @param pixels {@code [height, width, channels]}, unsigned bytes, the oldest frame in channel 0
     * @param height in pixels
     * @param width in pixels
     * @param channels how many frames
     */
    record Frames(byte[] pixels, int height, int width, int channels) implements Observation {

        /** Checks the sizes, and copies the pixels. */
        public Frames {
            pixels = Arguments.require(pixels, "pixels").clone();
            if (height < 1 || width < 1 || channels < 1 || (long) height * width * channels != pixels.length) {
                throw new IllegalArgumentException("pixels: expected [height, width, channels] of [" + height + ", "
                        + width + ", " + channels + "], found " + pixels.length + " bytes");
            }
        }

        @Override
        public byte[] pixels() {
            return pixels.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Frames(byte[] others, int otherHeight, int otherWidth, int otherChannels)
                    && height == otherHeight
                    && width == otherWidth
                    && channels == otherChannels
                    && Arrays.equals(pixels, others);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(pixels);
        }

        @Override
        public String toString() {
            return channels + " frames of " + width + "x" + height + " pixels";
        }
    }
}

package io.tesserae.benchmarks.acting;

import io.tesserae.model.episode.ActingState.Expected;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What agents see and do, of three kinds. It depends on the agent and the step alone, and {@code peers/acting.py} computes the same: what is
 * predicted changes nothing, so that two engines stay in step.
 */
enum Surroundings {

    /** HalfCheetah's: 17 numbers seen, 6 done. */
    CONTINUOUS {
        @Override
        Observations observation(int agent, int step) {
            float[] values = new float[SEEN];
            for (int i = 0; i < SEEN; i++) {
                values[i] = value(agent, step, i);
            }
            return new Observations.Continuous(Tensor.of(values, 1, SEEN));
        }

        @Override
        Expected expected() {
            return new Expected.Numbers(DONE);
        }

        @Override
        Actions action(int agent, int step) {
            float[] values = new float[DONE];
            for (int i = 0; i < DONE; i++) {
                values[i] = value(agent, step, SEEN + i);
            }
            return new Actions.Continuous(Tensor.of(values, 1, DONE));
        }
    },

    /** BabyAI's: 148 numbers of a grid and 64 tokens of a text seen, one of 7 done. */
    DISCRETE {
        @Override
        Observations observation(int agent, int step) {
            int[] values = new int[RandomJat.DISCRETE];
            for (int i = 0; i < values.length; i++) {
                values[i] = i < GRID ? place(agent, step, i) % 11 : 100 * place(agent, 0, i);
            }
            return new Observations.Discrete(List.of(values));
        }

        @Override
        Expected expected() {
            return new Expected.Choices(CHOICES);
        }

        @Override
        Actions action(int agent, int step) {
            return new Actions.Discrete(new int[] {place(agent, step, 0) % CHOICES});
        }
    },

    /** Atari's: four frames of 84 x 84 seen, one of 18 done. */
    FRAMES {
        @Override
        Observations observation(int agent, int step) {
            float[] pixels = new float[4 * 84 * 84];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = value(agent, step, i);
            }
            return new Observations.Frames(Tensor.of(pixels, 1, 4, 84, 84));
        }

        @Override
        Expected expected() {
            return new Expected.Choices(GAME_CHOICES);
        }

        @Override
        Actions action(int agent, int step) {
            return new Actions.Discrete(new int[] {place(agent, step, 0) % GAME_CHOICES});
        }
    };

    private static final int SEEN = 17;
    private static final int DONE = 6;
    private static final int GRID = 148;
    private static final int CHOICES = 7;
    private static final int GAME_CHOICES = 18;
    private static final int PLACES = 129;

    /** One step. */
    abstract Observations observation(int agent, int step);

    /** What is predicted. */
    abstract Expected expected();

    /** What is done, whatever was predicted. */
    abstract Actions action(int agent, int step);

    /** For arriving at a step. */
    static float reward(int agent, int step) {
        return value(agent, step, 1000);
    }

    /** From 0 to 128. */
    static int place(int agent, int step, int index) {
        return (31 * step + 17 * index + 7 * agent + index * index % 13) % PLACES;
    }

    /** From -1 to 1, in steps that float32 holds exactly. */
    static float value(int agent, int step, int index) {
        return place(agent, step, index) / 64f - 1;
    }

    /** Bytes of the weights that a step reads: all matrices of the transformer, what encodes a step, and the rows of the head that are wanted. */
    double weightBytes(RandomJat.Sizes sizes) {
        double hidden = sizes.hidden();
        double features = sizes.features();
        double transformer = sizes.layers() * 12 * hidden * hidden;
        double others = switch (this) {
            case CONTINUOUS -> hidden * RandomJat.CONTINUOUS + DONE * hidden;
            case DISCRETE -> features * hidden + (hidden - 1) * features * RandomJat.DISCRETE + CHOICES * hidden;
            case FRAMES -> hidden * RandomJat.SMALLEST_PICTURE + GAME_CHOICES * hidden; // convolutions are few
        };
        return Float.BYTES * (transformer + others);
    }
}

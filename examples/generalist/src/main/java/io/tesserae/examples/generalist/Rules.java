package io.tesserae.examples.generalist;

import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.ActionSpace;
import java.util.Objects;

/** What every environment asks of those who play. */
final class Rules {

    private Rules() {}

    static void started(boolean started) {
        if (!started) {
            throw new IllegalStateException("no episode has been started: call reset first");
        }
    }

    static void running(boolean running) {
        if (!running) {
            throw new IllegalStateException("no episode is running: call reset to start one");
        }
    }

    /** The index of one of several actions. */
    static int index(Action action, ActionSpace space) {
        if (space instanceof ActionSpace.Discrete(int count)
                && Objects.requireNonNull(action, "action") instanceof Action.Discrete(int index)
                && index < count) {
            return index;
        }
        throw new IllegalArgumentException("action: expected one of " + space + ", found " + action);
    }

    /** The numbers of an action, clipped to the box. */
    static float[] numbers(Action action, ActionSpace space) {
        if (space instanceof ActionSpace.Box(int size, float low, float high)
                && Objects.requireNonNull(action, "action") instanceof Action.Continuous(float[] values)
                && values.length == size) {
            float[] clipped = new float[size];
            for (int i = 0; i < size; i++) {
                if (!Float.isFinite(values[i])) {
                    throw new IllegalArgumentException("action: expected finite numbers, found " + action);
                }
                clipped[i] = Math.clamp(values[i], low, high);
            }
            return clipped;
        }
        throw new IllegalArgumentException("action: expected one of " + space + ", found " + action);
    }
}

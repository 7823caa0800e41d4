package io.tesserae.examples.generalist;

import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.ActionSpace;
import io.tesserae.pipelines.agent.Observation;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * A small world in which something is to be done: Gymnasium's {@code Env}, with an expert that can do it. An environment has
 * one episode at a time, for one thread; {@link #reset} starts the next one, and what follows is decided by its seed and
 * the actions alone.
 */
public interface Environment {

    /** Its name among the {@link Environments}: {@code cart-pole}. */
    String name();

    /** The actions there are. */
    ActionSpace actionSpace();

    /** After how many steps an episode is cut off. */
    int maxSteps();

    /** How long a step lasts for whoever watches, in hundredths of a second. */
    default Duration stepTime() {
        return Duration.ofMillis(50);
    }

    /**
     * Starts an episode.
     *
     * @param seed decides how it starts
     */
    Observation reset(long seed);

    /**
     * Does something.
     *
     * @param action one of {@link #actionSpace()}; numbers outside of a box are clipped
     * @throws IllegalArgumentException if the action is of another space
     * @throws IllegalStateException before the first {@link #reset}, and after the end of an episode
     */
    Step step(Action action);

    /**
     * What the expert would do now. It knows no more than the observations of this episode told.
     *
     * @throws IllegalStateException before the first {@link #reset}
     */
    Action expert();

    /** One of the actions, each as likely as the others. */
    default Action random(RandomGenerator random) {
        return switch (actionSpace()) {
            case ActionSpace.Discrete(int count) -> new Action.Discrete((int) ((random.nextLong() >>> 1) % count));
            case ActionSpace.Box(int size, float low, float high) -> {
                float[] values = new float[size];
                for (int i = 0; i < size; i++) {
                    values[i] = (float) (low + (high - low) * ((random.nextLong() >>> 11) * 0x1p-53));
                }
                yield new Action.Continuous(values);
            }
        };
    }

    /**
     * Draws what is going on, for people; models see the observations.
     *
     * @param width in pixels
     * @param height in pixels
     */
    void draw(Graphics2D graphics, int width, int height);

    /** What is going on, in a few lines of text, without a line break at the end. */
    String sketch();

    /**
     * What is going on, as a picture.
     *
     * @param width in pixels, 1 or more
     * @param height in pixels, 1 or more
     */
    default BufferedImage picture(int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        draw(graphics, width, height);
        graphics.dispose();
        return picture;
    }
}

package io.tesserae.cli.run.agent;

import io.tesserae.examples.generalist.Environment;
import io.tesserae.examples.generalist.Environments;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.AbstractList;
import java.util.Objects;

/**
 * The pictures of an episode: how it starts, and what each step makes of it. They are drawn when they are asked for, while the episode is
 * played again: hundreds of them would fill the memory. In order, which is how they are best asked for, each takes a step.
 */
final class Film extends AbstractList<BufferedImage> {

    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;

    private final PlayedEpisode episode;
    private final Environment environment;
    private int steps = Integer.MAX_VALUE; // that were played again

    Film(PlayedEpisode episode) {
        this.episode = episode;
        this.environment = Environments.named(episode.environment());
    }

    /** How long each picture is shown. */
    Duration delay() {
        return environment.stepTime();
    }

    @Override
    public int size() {
        return episode.actions().size() + 1;
    }

    @Override
    public BufferedImage get(int index) {
        Objects.checkIndex(index, size());
        if (index < steps) {
            environment.reset(episode.seed());
            steps = 0;
        }
        while (steps < index) {
            environment.step(episode.actions().get(steps++));
        }
        return environment.picture(WIDTH, HEIGHT);
    }
}

package io.tesserae.cli.run.agent;

import io.tesserae.cli.console.ProgressLine;
import io.tesserae.examples.generalist.Environment;
import io.tesserae.examples.generalist.Environments;
import io.tesserae.examples.generalist.ModelPlay;
import java.io.PrintStream;

/** A bar over the steps that there would be if all episodes lasted as long as they may. */
final class PlayProgress implements ModelPlay.Spectator {

    private final int mostSteps;
    private final ProgressLine bar;
    private int played; // groups of episodes that are over
    private int steps; // of the group that is played

    /**
     * A bar at its beginning.
     *
     * @param environment its name
     * @param groups how often episodes are played together
     */
    PlayProgress(String environment, int groups, PrintStream err) {
        mostSteps = Environments.named(environment).maxSteps();
        bar = ProgressLine.ofCount(environment, groups * mostSteps, err);
    }

    @Override
    public void stepped(Environment first, boolean firstGoesOn) {
        steps++;
        bar.reached((long) played * mostSteps + steps);
    }

    @Override
    public void end(Environment first) {
        played++;
        steps = 0;
        bar.reached((long) played * mostSteps);
    }

    @Override
    public void close() {
        bar.close();
    }
}

package io.tesserae.examples.generalist.learning;

import io.tesserae.examples.generalist.Environment;
import io.tesserae.examples.generalist.Environments;
import io.tesserae.examples.generalist.Episode;
import io.tesserae.examples.generalist.GifFile;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.Agent;
import io.tesserae.pipelines.agent.AgentOptions;
import io.tesserae.pipelines.agent.AgentPipeline;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Draws an episode of each environment as a small moving picture, for pages: {@code generalist-cart-pole.gif} and so on. */
public final class DrawEpisodes {

    private static final int WIDTH = 240;
    private static final int HEIGHT = 180;

    /** Of a longer episode every second step is drawn, from its beginning on. */
    private static final int MOST_PICTURES = 80;

    private DrawEpisodes() {}

    /** Arguments: the folder of the checkpoint, the folder to write to, and the episodes' seed if not the first that is not learned from. */
    public static void main(String[] arguments) throws IOException {
        Path pictures = Path.of(arguments[1]);
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : Lessons.FIRST_UNSEEN_SEED;
        Files.createDirectories(pictures);
        try (AgentPipeline pipeline = Pipelines.agent(Path.of(arguments[0]))) {
            for (String name : Environments.names()) {
                Environment environment = Environments.named(name);
                Episode episode = play(pipeline, environment, seed);
                Path file = pictures.resolve("generalist-" + name + ".gif");
                int every = episode.length() < MOST_PICTURES ? 1 : 2;
                GifFile.write(
                        file,
                        draw(environment, seed, episode.actions(), every),
                        environment.stepTime().multipliedBy(every));
                System.out.println(file + ": " + episode + ", " + Files.size(file) + " bytes");
            }
        }
    }

    private static Episode play(AgentPipeline pipeline, Environment environment, long seed) {
        try (Agent agent = pipeline.newAgent(AgentOptions.DEFAULT.withDeterministic(true))) {
            return Episode.play(
                    environment,
                    (observation, reward) -> agent.act(observation, reward, environment.actionSpace()),
                    seed);
        }
    }

    /** Plays it again. */
    private static List<BufferedImage> draw(Environment environment, long seed, List<Action> actions, int every) {
        List<BufferedImage> pictures = new ArrayList<>();
        environment.reset(seed);
        pictures.add(environment.picture(WIDTH, HEIGHT));
        for (int step = 1; step <= actions.size() && pictures.size() < MOST_PICTURES; step++) {
            environment.step(actions.get(step - 1));
            if (step % every == 0) {
                pictures.add(environment.picture(WIDTH, HEIGHT));
            }
        }
        return pictures;
    }
}

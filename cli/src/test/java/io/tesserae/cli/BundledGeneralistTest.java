package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.examples.generalist.DrawnScene;
import io.tesserae.examples.generalist.Environment;
import io.tesserae.examples.generalist.Environments;
import io.tesserae.examples.generalist.Episode;
import io.tesserae.examples.generalist.ModelPlay;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.AgentOptions;
import io.tesserae.pipelines.agent.AgentPipeline;
import io.tesserae.pipelines.agent.Observation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the bundled generalist can do, with one file of weights, on episodes and pictures that it has not learned from. */
class BundledGeneralistTest {

    private static final int EPISODES = 40;
    private static final int SCENES = 40;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"cart-pole,0.95", "pendulum,0.8", "grid-world,0.7"})
    void itPlaysAlmostAsTheExpertDoes(String environment, double share) {
        Run run = Run.of("run", "agent", "--environment", environment, "--episodes", "" + EPISODES, "--output", "json");
        assertEquals(0, run.exitCode(), run.err());
        double model = 0;
        double expert = 0;
        double random = 0;
        for (String line : run.lines()) {
            JsonObject episode = JsonParser.parseString(line).getAsJsonObject();
            model += episode.get("return").getAsDouble();
            expert += episode.get("expert_return").getAsDouble();
            random += episode.get("random_return").getAsDouble();
        }
        assertEquals(EPISODES, run.lines().size());
        double found = (model - random) / (expert - random);
        assertTrue(found >= share, () -> environment + ": " + found);
    }

    /** What a learner corrects itself by: the labels are the expert's, at the places where the model's own steps led. */
    @Test
    void itsEpisodesAreCorrectedByTheExpert() {
        Environment world = Environments.named("grid-world");
        int corrections = 0;
        try (AgentPipeline pipeline = Pipelines.agent(BundledModels.generalist())) {
            List<Episode> episodes =
                    new ModelPlay(pipeline, "grid-world", AgentOptions.DEFAULT).corrected(2_000_000, 8);
            for (int i = 0; i < episodes.size(); i++) {
                Episode episode = episodes.get(i);
                Observation observation = world.reset(2_000_000 + i);
                for (int step = 0; step < episode.length(); step++) {
                    assertEquals(episode.observations().get(step), observation);
                    assertEquals(world.expert(), episode.labels().get(step), "episode " + i + ", step " + step);
                    Action done = episode.actions().get(step);
                    corrections += done.equals(episode.labels().get(step)) ? 0 : 1;
                    observation = world.step(done).observation();
                }
            }
        }
        assertTrue(corrections > 0, "it did all that the expert would have done");
    }

    @Test
    void itTellsWhatIsInAPicture() throws IOException {
        List<DrawnScene> scenes = new ArrayList<>();
        List<String> files = new ArrayList<>();
        for (int i = 0; i < SCENES; i++) {
            scenes.add(DrawnScene.of(2_000_000 + i));
            Path file = folder.resolve(i + ".png");
            ImageIO.write(scenes.get(i).picture(1), "png", file.toFile());
            files.add(file.toString());
        }
        Run run = Run.of(Stream.concat(
                        Stream.of("run", "image-to-text", "--model", "bundled:generalist", "--output", "json"),
                        files.stream())
                .toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        int right = 0;
        int facts = 0;
        for (int i = 0; i < SCENES; i++) {
            String text = JsonParser.parseString(run.lines().get(i))
                    .getAsJsonArray()
                    .get(0)
                    .getAsJsonObject()
                    .get("generated_text")
                    .getAsString();
            DrawnScene.Score score = scenes.get(i).score(text);
            right += score.right();
            facts += score.facts();
        }
        assertTrue(right >= 0.85 * facts, right + " of " + facts + " facts");
    }

    @Test
    void modelsThatComeAlongAreKnownByName() {
        Run run = Run.of("run", "text-classification", "--model", "bundled:sentiment", "a good day");
        assertEquals(0, run.exitCode(), run.err());
        Run unknown = Run.of("run", "text-classification", "--model", "bundled:other", "a good day");
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().contains("bundled:generalist"), unknown.err());
    }
}

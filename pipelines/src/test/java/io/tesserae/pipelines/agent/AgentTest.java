package io.tesserae.pipelines.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.Observations;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents, alone and in groups. */
class AgentTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures", "jat");
    private static final int WIDTH = 4;
    private static final ActionSpace TWO_NUMBERS = new ActionSpace.Box(2, -1, 1);
    private static final ActionSpace ONE_OF_SIX = new ActionSpace.Discrete(6);

    private static AgentPipeline continuous(int threads) {
        return Pipelines.agent(
                Packed.checkpoint(FIXTURES.resolve("continuous")),
                Engine.builder().threads(threads).build());
    }

    private static AgentPipeline grid() {
        return Pipelines.agent(Packed.checkpoint(FIXTURES.resolve("grid")));
    }

    private static Observation seen(Random random) {
        return Observation.of(numbers(random, WIDTH));
    }

    private static float[] numbers(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void stepByStepIsTheWholeEpisodeToTheLastBit(int threads) {
        int steps = 12; // as many as there are positions for
        Random random = new Random(threads);
        float[] observations = numbers(random, steps * WIDTH);
        float[] rewards = numbers(random, steps);
        rewards[0] = 0;
        float[] actions = new float[steps * 2];
        try (AgentPipeline pipeline = continuous(threads);
                Agent agent = pipeline.newAgent()) {
            for (int step = 0; step < steps; step++) {
                float[] observed = new float[WIDTH];
                System.arraycopy(observations, step * WIDTH, observed, 0, WIDTH);
                Action action = agent.act(Observation.of(observed), rewards[step], TWO_NUMBERS);
                System.arraycopy(((Action.Continuous) action).values(), 0, actions, step * 2, 2);
            }
            Episode episode = new Episode(
                    new Observations.Continuous(Tensor.of(observations, steps, WIDTH)),
                    new Actions.Continuous(Tensor.of(actions, steps, 2)),
                    rewards);
            assertArrayEquals(
                    pipeline.model().forward(List.of(episode)).predActions().data(), actions);
        }
    }

    /** What an agent meets: an observation, a reward, a space; and whether an episode begins. */
    private record Step(boolean begins, Observation observation, float reward, ActionSpace space) {}

    private static List<Step> life(long seed) {
        Random random = new Random(seed);
        ActionSpace space = seed % 2 == 0 ? TWO_NUMBERS : ONE_OF_SIX;
        List<Step> steps = new ArrayList<>();
        for (int step = 0; step < 18; step++) { // more than there are positions for
            boolean begins = step == 0 || random.nextInt(12) == 0;
            steps.add(new Step(begins, seen(random), begins ? 0 : (float) random.nextGaussian(), space));
        }
        return steps;
    }

    private static List<Action> alone(AgentPipeline pipeline, AgentOptions options, List<Step> life) {
        List<Action> actions = new ArrayList<>();
        try (Agent agent = pipeline.newAgent(options)) {
            for (Step step : life) {
                if (step.begins()) {
                    agent.reset();
                }
                actions.add(agent.act(step.observation(), step.reward(), step.space()));
            }
        }
        return actions;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void agentsOfAGroupActAsTheyWouldAlone(int agents) {
        Random random = new Random(agents);
        AgentOptions options = AgentOptions.DEFAULT.withSeed(5).withContextWindow(agents == 3 ? 7 : 1000);
        try (AgentPipeline one = continuous(1);
                AgentPipeline two = continuous(2);
                AgentGroup group = two.newAgents(agents, options)) {
            List<List<Step>> lives =
                    IntStream.range(0, agents).mapToObj(AgentTest::life).toList();
            List<List<Action>> actions = IntStream.range(0, agents)
                    .<List<Action>>mapToObj(_ -> new ArrayList<>())
                    .toList();
            while (actions.stream()
                    .anyMatch(done -> done.size() < lives.getFirst().size())) {
                List<Turn> turns = new ArrayList<>();
                for (int agent = 0; agent < agents; agent++) {
                    int next = actions.get(agent).size();
                    if (next < lives.get(agent).size() && random.nextInt(3) > 0) {
                        Step step = lives.get(agent).get(next);
                        if (step.begins()) {
                            group.reset(agent);
                        }
                        turns.add(new Turn(agent, step.observation(), step.reward(), step.space()));
                    }
                }
                if (!turns.isEmpty()) {
                    Collections.shuffle(turns, random);
                    List<Action> done = group.act(turns);
                    for (int i = 0; i < turns.size(); i++) {
                        actions.get(turns.get(i).agent()).add(done.get(i));
                    }
                }
            }
            for (int agent = 0; agent < agents; agent++) {
                assertEquals(
                        alone(one, options.withSeed(5 + agent), lives.get(agent)),
                        actions.get(agent),
                        "agent " + agent);
            }
        }
    }

    @Test
    void aBadCallIsAsIfItHadNeverBeen() {
        List<Step> life = life(1);
        try (AgentPipeline pipeline = continuous(2);
                Agent agent = pipeline.newAgent()) {
            int most = pipeline.model().generalist().shape().widestContinuous();
            List<Action> actions = new ArrayList<>();
            for (Step step : life) {
                if (step.begins()) {
                    agent.reset();
                } else {
                    refused(agent, Observation.of(1, 2, 3f), 0, ONE_OF_SIX, "3 numbers");
                    refused(agent, Observation.of(new int[] {1, 2}), 0, ONE_OF_SIX, "whole numbers");
                }
                refused(agent, Observation.of(new float[most]), 0, ONE_OF_SIX, "found " + most);
                refused(agent, Observation.of(1, 2, Float.NaN, 4), 0, ONE_OF_SIX, "NaN");
                refused(agent, step.observation(), Float.NaN, ONE_OF_SIX, "finite reward");
                refused(agent, step.observation(), 0, new ActionSpace.Box(most + 1, 0, 1), "found " + (most + 1));
                refused(agent, step.observation(), 0, new ActionSpace.Discrete(1 << 20), "found 1048576");
                refused(agent, new Observation.Frames(new byte[4], 1, 1, 4), 0, ONE_OF_SIX, "frames");
                actions.add(agent.act(step.observation(), step.reward(), step.space()));
            }
            assertEquals(alone(pipeline, AgentOptions.DEFAULT, life), actions);
        }
    }

    private static void refused(Agent agent, Observation observation, float reward, ActionSpace space, String says) {
        String message = assertThrows(IllegalArgumentException.class, () -> agent.act(observation, reward, space))
                .getMessage();
        assertTrue(message.contains(says), message);
        assertFalse(message.contains("\n"), message);
    }

    @Test
    void aBadTurnKeepsTheWholeGroupFromActing() {
        List<Step> life = life(1);
        try (AgentPipeline pipeline = continuous(1);
                AgentGroup group = pipeline.newAgents(2, AgentOptions.DEFAULT)) {
            List<Action> actions = new ArrayList<>();
            for (Step step : life) {
                Turn good = new Turn(0, step.observation(), step.reward(), step.space());
                for (List<Turn> bad : List.of(
                        List.of(good, new Turn(1, Observation.of(Float.NaN), 0, ONE_OF_SIX)),
                        List.of(good, good),
                        List.of(good, new Turn(2, step.observation(), 0, ONE_OF_SIX)),
                        List.of(new Turn(-1, step.observation(), 0, ONE_OF_SIX), good),
                        List.<Turn>of())) {
                    assertThrows(IllegalArgumentException.class, () -> group.act(bad));
                }
                if (step.begins()) {
                    group.reset(0);
                }
                actions.addAll(group.act(List.of(good)));
            }
            assertEquals(alone(pipeline, AgentOptions.DEFAULT, life), actions);
            assertThrows(IndexOutOfBoundsException.class, () -> group.reset(2));
        }
    }

    @Test
    void textsAreReadWithTheNumbersAndRefusedWhereTheyAreTooLong() {
        try (AgentPipeline pipeline = grid();
                Agent agent = pipeline.newAgent()) {
            int[] cells = new int[12];
            ActionSpace seven = new ActionSpace.Discrete(7);
            refused(agent, Observation.of(cells, "go to the ball ".repeat(30)), 0, seven, "at most 64 tokens");
            refused(agent, Observation.of(new int[13], "go"), 0, seven, "found 13");
            refused(agent, Observation.of(cells), 0, seven, "found 12");
            refused(agent, Observation.of(new int[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1}, "go"), 0, seven, "found -1");
            agent.act(Observation.of(cells, ""), 0, seven);
            agent.act(Observation.of(new int[76]), 0, seven); // without a text, all of them
        }
    }

    /** Those of the first step that the reference recorded. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 0.5, 3})
    void actionsAreDrawnByTheirProbabilities(double temperature) throws IOException {
        int agents = 1000;
        JsonArray probabilities = JsonParser.parseString(
                        Packed.text(FIXTURES.resolve("grid").resolve("expected.json")))
                .getAsJsonObject()
                .getAsJsonObject("cases")
                .getAsJsonObject("episode")
                .getAsJsonArray("steps")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("probabilities");
        Observation observation = Observation.of(
                new int[] {0, 0, 1, 3, 0, 10, 6, 9, 10, 6, 3, 5}, "pick up the blue key, then open the yellow door");
        try (AgentPipeline pipeline = grid();
                AgentGroup group = pipeline.newAgents(agents, AgentOptions.DEFAULT.withTemperature(temperature))) {
            double sum = 0; // of e^(logit / temperature), but for a factor
            for (JsonElement probability : probabilities) {
                sum += Math.pow(probability.getAsDouble(), 1 / temperature);
            }
            ActionSpace seven = new ActionSpace.Discrete(probabilities.size());
            List<Action> actions = group.act(IntStream.range(0, agents)
                    .mapToObj(agent -> new Turn(agent, observation, 0, seven))
                    .toList());
            for (int i = 0; i < probabilities.size(); i++) {
                double p = Math.pow(probabilities.get(i).getAsDouble(), 1 / temperature) / sum;
                int found = Collections.frequency(actions, new Action.Discrete(i));
                double deviation = Math.sqrt(agents * p * (1 - p)); // of the binomial distribution
                assertEquals(agents * p, found, 4 * deviation, "action " + i);
            }
        }
    }

    @Test
    void aResetBeginsAnEpisodeButNotTheRandomNumbers() {
        try (AgentPipeline pipeline = continuous(1);
                Agent agent = pipeline.newAgent()) {
            List<Action> firstOnes = new ArrayList<>();
            for (int episode = 0; episode < 20; episode++) {
                agent.reset();
                assertEquals(0, agent.keptTokens());
                firstOnes.add(agent.act(Observation.of(-1.3475f, 0.2147f, -0.8246f, -2.7275f), 0, ONE_OF_SIX));
            }
            assertNotEquals(1, firstOnes.stream().distinct().count());
        }
    }

    @Test
    void nobodyActsOnceItIsClosed() {
        AgentPipeline pipeline = continuous(1);
        Agent closed = pipeline.newAgent();
        closed.close();
        Agent agent = pipeline.newAgent();
        agent.act(Observation.of(0, 0, 0, 0f), 0, ONE_OF_SIX);
        assertThrows(IllegalStateException.class, () -> closed.act(Observation.of(0f), 0, ONE_OF_SIX));
        pipeline.close();
        assertThrows(IllegalStateException.class, () -> agent.act(Observation.of(0, 0, 0, 0f), 0, ONE_OF_SIX));
        assertThrows(IllegalStateException.class, pipeline::newAgent);
    }

    @Test
    void numbersThatGrewBeyondAllBoundsAreNoAction() {
        try (AgentPipeline pipeline = continuous(1);
                Agent agent = pipeline.newAgent()) {
            Observation huge = Observation.of(Float.MAX_VALUE, Float.MAX_VALUE, Float.MAX_VALUE, Float.MAX_VALUE);
            String message = assertThrows(IllegalStateException.class, () -> agent.act(huge, 0, TWO_NUMBERS))
                    .getMessage();
            assertTrue(message.contains("reset"), message);
            agent.reset();
            Observation usual = Observation.of(0, 0, 0, 0f);
            Action after = agent.act(usual, 0, TWO_NUMBERS);
            assertEquals(pipeline.newAgent().act(usual, 0, TWO_NUMBERS), after);
        }
    }

    @Test
    void optionsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> AgentOptions.DEFAULT.withContextWindow(0));
        for (double temperature : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> AgentOptions.DEFAULT.withTemperature(temperature));
        }
        try (AgentPipeline pipeline = continuous(1)) {
            assertThrows(IllegalArgumentException.class, () -> pipeline.newAgents(0, AgentOptions.DEFAULT));
            assertThrows(IllegalArgumentException.class, () -> pipeline.newAgent(null));
        }
    }

    @Test
    void checkpointsThatCallThemselvesJatAndAreOthersAreRefused(@TempDir Path folder) throws IOException {
        Path original = Packed.checkpoint(FIXTURES.resolve("continuous"));
        try (Stream<Path> files = Files.list(original)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("JatModel\"\n", "JatRegentModel\"\n"));
        String message = assertThrows(ModelLoadingException.class, () -> Pipelines.agent(folder))
                .getMessage();
        assertTrue(message.contains("config.json") && message.contains("JatRegentModel"), message);
    }
}

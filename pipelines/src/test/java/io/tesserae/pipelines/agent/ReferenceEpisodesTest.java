package io.tesserae.pipelines.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.episode.ActingState;
import io.tesserae.model.episode.ActingState.Expected;
import io.tesserae.model.episode.ActingState.Sight;
import io.tesserae.model.episode.Actions;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Episodes that the reference acted, step by step: {@code testdata/make_jat_fixtures.py} recorded them. */
class ReferenceEpisodesTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures", "jat");

    /** Of the largest magnitude. */
    private static final float TOLERANCE = 2e-5f;

    record Case(String fixture, String name) {}

    static Stream<Case> cases() {
        return Stream.of("continuous", "grid", "atari")
                .flatMap(fixture -> all(fixture).entrySet().stream()
                        .filter(entry -> task(entry.getValue()).equals("get_next_action"))
                        .map(entry -> new Case(fixture, entry.getKey())));
    }

    private static String task(JsonElement recorded) {
        return recorded.getAsJsonObject().get("task").getAsString();
    }

    private static JsonObject all(String fixture) {
        try {
            return JsonParser.parseString(Packed.text(FIXTURES.resolve(fixture).resolve("expected.json")))
                    .getAsJsonObject()
                    .getAsJsonObject("cases");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonObject> steps(Case recorded) {
        List<JsonObject> steps = new ArrayList<>();
        all(recorded.fixture())
                .getAsJsonObject(recorded.name())
                .getAsJsonArray("steps")
                .forEach(step -> steps.add(step.getAsJsonObject()));
        assertFalse(steps.isEmpty());
        return steps;
    }

    private static OptionalInt window(Case recorded) {
        JsonElement window =
                all(recorded.fixture()).getAsJsonObject(recorded.name()).get("context_window");
        return window.isJsonNull() ? OptionalInt.empty() : OptionalInt.of(window.getAsInt());
    }

    private static ActionSpace space(Case recorded) {
        JsonObject space =
                all(recorded.fixture()).getAsJsonObject(recorded.name()).getAsJsonObject("action_space");
        return space.get("type").getAsString().equals("Discrete")
                ? new ActionSpace.Discrete(space.get("n").getAsInt())
                : new ActionSpace.Box(space.getAsJsonArray("shape").get(0).getAsInt(), -1, 1);
    }

    private static Observation observation(Case recorded, JsonObject step) {
        if (step.has("frame")) {
            return frames(recorded.fixture(), step.get("frame").getAsInt());
        }
        JsonObject observation = step.getAsJsonObject("observation");
        if (observation.has("continuous_observation")) {
            return Observation.of(floats(observation.getAsJsonArray("continuous_observation")));
        }
        return Observation.of(
                observation.getAsJsonArray("discrete_observation").asList().stream()
                        .mapToInt(JsonElement::getAsInt)
                        .toArray(),
                observation.get("text_observation").getAsString());
    }

    private static Observation frames(String fixture, int frame) {
        Path file = Packed.file(FIXTURES.resolve(fixture).resolve("expected.safetensors"));
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            int size = 84 * 84 * 4;
            byte[] pixels = tensors.bytes("in.frames")
                    .asSlice((long) frame * size, size)
                    .toArray(ValueLayout.JAVA_BYTE);
            return new Observation.Frames(pixels, 84, 84, 4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] floats(JsonArray array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).getAsFloat();
        }
        return values;
    }

    private static float reward(JsonObject step) {
        JsonElement reward = step.get("reward");
        return reward.isJsonNull() ? 0 : reward.getAsFloat();
    }

    private static float tolerance(float[] expected) {
        float largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        return TOLERANCE * largest;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agentsActAsTheReferenceDoes(Case recorded) {
        AgentOptions options = new AgentOptions(0, true, 1, window(recorded));
        try (AgentPipeline pipeline = open(recorded);
                Agent agent = pipeline.newAgent(options)) {
            for (int episode = 0; episode < 2; episode++) { // the second begins as the first did
                agent.reset();
                int before = 0;
                for (JsonObject step : steps(recorded)) {
                    assertEquals(before, agent.keptTokens());
                    assertEquals(step.get("past_tokens").getAsInt(), before);
                    Action action = agent.act(observation(recorded, step), reward(step), space(recorded));
                    before = step.get("cache_after").getAsInt();
                    assertAction(step.get("action"), action);
                }
                assertEquals(before, agent.keptTokens());
            }
        }
    }

    private static void assertAction(JsonElement expected, Action action) {
        switch (action) {
            case Action.Discrete(int index) -> assertEquals(expected.getAsInt(), index);
            case Action.Continuous(float[] values) -> {
                float[] numbers = floats(expected.getAsJsonArray());
                assertArrayEquals(numbers, values, tolerance(numbers), () -> Arrays.toString(values));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logitsAreTheReferences(Case recorded) {
        if (!(space(recorded) instanceof ActionSpace.Discrete(int count))) {
            return;
        }
        try (AgentPipeline pipeline = open(recorded);
                ActingState state = pipeline.model().generalist().newActors(1, window(recorded))) {
            for (JsonObject step : steps(recorded)) {
                Tensor logits = state.predict(List.of(new Sight(
                                0,
                                pipeline.reader().read("", observation(recorded, step)),
                                reward(step),
                                new Expected.Choices(count))))
                        .getFirst();
                float[] expected = floats(step.getAsJsonArray("logits"));
                assertArrayEquals(expected, logits.data(), tolerance(expected));
                state.acted(
                        0, new Actions.Discrete(new int[] {step.get("action").getAsInt()}));
            }
        }
    }

    private static AgentPipeline open(Case recorded) {
        return Pipelines.agent(Packed.checkpoint(FIXTURES.resolve(recorded.fixture())));
    }
}

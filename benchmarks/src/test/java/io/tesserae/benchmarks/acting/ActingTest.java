package io.tesserae.benchmarks.acting;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import io.tesserae.engine.Engine;
import io.tesserae.model.episode.Generalist;
import io.tesserae.tensor.Tensor;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That what is timed runs, and is what it is said to be. */
class ActingTest {

    private static final RandomJat.Sizes SMALL = new RandomJat.Sizes(13_000, 32, 64, 1, 2, 8);

    @ParameterizedTest
    @EnumSource
    void agentsPredictTogetherWhatEachPredictsAlone(Surroundings surroundings) {
        try (Engine engine = Engine.builder().threads(2).build();
                Generalist model = RandomJat.load(engine, SMALL);
                var three = new ActingAgents(model, surroundings, 3, OptionalInt.of(6));
                var alone = new ActingAgents(model, surroundings, 1, OptionalInt.of(6))) {
            for (int step = 0; step < 8; step++) {
                assertEquals(step < 5 ? 2 : 3, three.newTokens(), "at step " + step);
                three.step();
                alone.step();
                assertArrayEquals(
                        alone.predicted().getFirst().data(),
                        three.predicted().getFirst().data());
            }
            List<Tensor> predicted = three.predicted();
            assertTrue(!predicted.get(0).equals(predicted.get(1)), "two agents see the same");
        }
    }

    @Test
    void agentsBeginInTheMiddleOfAnEpisodeOrAtTheEndOfWhatTheyKeep() {
        try (Engine engine = Engine.builder().threads(1).build();
                Generalist model = RandomJat.load(engine, SMALL);
                var middle = ActingAgents.inTheMiddle(model, Surroundings.CONTINUOUS, 1, OptionalInt.empty(), 12);
                var end = ActingAgents.inTheMiddle(model, Surroundings.CONTINUOUS, 4, OptionalInt.of(10), 1000)) {
            assertEquals(12, middle.keptTokens());
            assertEquals(2, middle.newTokens());
            assertEquals(10, end.keptTokens());
            assertEquals(3, end.newTokens());
        }
    }

    @Test
    void aServerAnswersEveryLine() throws IOException {
        String lines = "continuous 2 0 4 2\ncontinuous 2 0 4 2\nclose\ncontinuous 2 0 4 2\nencode 2 0 0 1\n";
        var printed = new ByteArrayOutputStream();
        try (Engine engine = Engine.builder().threads(1).build();
                Generalist model = RandomJat.load(engine, SMALL)) {
            FrameEncoding encoder = new FrameEncoding(engine, RandomJat.weights(SMALL), SMALL.hidden());
            ActingServer server = new ActingServer(model, encoder, SMALL, () -> 1);
            server.serve(new BufferedReader(new StringReader(lines)), new PrintStream(printed, true));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> server.serve(
                            new BufferedReader(new StringReader("continuous")), new PrintStream(printed, true)));
        }
        List<ActingServer.Answer> answers = printed.toString()
                .lines()
                .map(line -> new Gson().fromJson(line, ActingServer.Answer.class))
                .toList();
        assertEquals(
                List.of(8, 12, 8, 0),
                answers.stream().map(ActingServer.Answer::kept_tokens).toList());
        assertArrayEquals(answers.get(0).first(), answers.get(2).first());
        assertEquals(6, answers.getFirst().first().length);
        assertEquals(SMALL.hidden(), answers.getLast().first().length);
    }
}

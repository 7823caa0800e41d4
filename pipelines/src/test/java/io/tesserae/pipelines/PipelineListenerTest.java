package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener.Call;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pipeline's listener hears of all that it is asked, and changes none of it. */
class PipelineListenerTest {

    private static final Path SENTIMENT = Question.TEST_DATA.resolve("fixtures").resolve("distilbert-sst2");

    /** Whatever its method is called. */
    @ParameterizedTest
    @MethodSource("io.tesserae.pipelines.ClosedPipelinesTest#checkpoints")
    void everyTaskIsHeard(ClosedPipelinesTest.Checkpoint checkpoint) throws Exception {
        try (AutoCloseable opened = ClosedPipelinesTest.open(checkpoint)) {
            assumeTrue(opened instanceof Pipeline<?, ?, ?>, "an agent plays, and is asked nothing");
            Pipeline<?, ?, ?> pipeline = (Pipeline<?, ?, ?>) opened;
            List<Call> calls = new ArrayList<>();
            Pipeline<?, ?, ?> heard = pipeline.withListener(calls::add);
            assertSame(pipeline.getClass(), heard.getClass());
            assertEquals(pipeline.description(), heard.description());
            for (Method question : ClosedPipelinesTest.questions(checkpoint, heard)) {
                calls.clear();
                if (ClosedPipelinesTest.ask(question, heard) instanceof Stream<?> answers) {
                    assertEquals(List.of(), calls, () -> question + ": before anything is computed");
                    answers.iterator().next();
                }
                assertEquals(1, calls.size(), () -> question + " was heard as " + calls);
                assertTrue(calls.getFirst().inputs() > 0, () -> question + " was heard as " + calls);
                assertTrue(calls.getFirst().duration().isPositive(), question::toString);
                assertTrue(calls.getFirst().failure().isEmpty(), question::toString);
                ClosedPipelinesTest.ask(question, pipeline);
                assertEquals(1, calls.size(), () -> question + " was asked of the pipeline without a listener");
            }
        }
    }

    @Test
    void aListIsOneCallAndAStreamOneForEachBatch() {
        List<Call> calls = new ArrayList<>();
        List<TextInput> inputs = Stream.of("a fine film", "a dull film", "odd", "long", "it ends")
                .map(TextInput::of)
                .toList();
        var options = TextClassificationOptions.DEFAULT.withBatchSize(2);
        try (TextClassificationPipeline plain = Pipelines.textClassification(SENTIMENT)) {
            var heard = plain.withListener(calls::add);
            assertEquals(plain.answer(inputs, options), heard.answer(inputs, options));
            assertEquals(List.of(5), inputs(calls));
            calls.clear();
            assertEquals(
                    plain.answer(inputs, options),
                    heard.answer(inputs.stream(), options).toList());
            assertEquals(List.of(2, 2, 1), inputs(calls));
        }
    }

    /** The answers before the one that failed are counted, and the failure is the caller's. */
    @Test
    void failuresAreHeardOnce() {
        List<Call> calls = new ArrayList<>();
        List<TextInput> inputs = Stream.of("a fine film", "the ".repeat(5_000), "a dull film")
                .map(TextInput::of)
                .toList();
        var options = TextClassificationOptions.DEFAULT;
        try (var heard = Pipelines.textClassification(SENTIMENT).withListener(calls::add)) {
            var ofList = assertThrows(IllegalArgumentException.class, () -> heard.answer(inputs, options));
            assertEquals(List.of(3), inputs(calls));
            assertSame(ofList, calls.getFirst().failure().orElseThrow());
            calls.clear();
            var answers = heard.answer(inputs.stream(), options).iterator();
            answers.next();
            var ofStream = assertThrows(IllegalArgumentException.class, answers::next);
            assertThrows(IllegalArgumentException.class, answers::next, "and it stays so");
            assertEquals(List.of(1), inputs(calls));
            assertSame(ofStream, calls.getFirst().failure().orElseThrow());
        }
    }

    @Test
    void theLastListenerIsTheOnlyOneAndClosingOneClosesBoth() {
        List<Call> first = new ArrayList<>();
        List<Call> second = new ArrayList<>();
        TextClassificationPipeline plain = Pipelines.textClassification(SENTIMENT);
        var heard = plain.withListener(first::add).withListener(second::add);
        heard.classify("a fine film");
        assertEquals(List.of(), first);
        assertEquals(1, second.size());
        assertThrows(IllegalArgumentException.class, () -> plain.withListener(null));
        heard.close();
        assertThrows(IllegalStateException.class, () -> plain.classify("a fine film"));
        assertThrows(IllegalStateException.class, () -> heard.classify("a fine film"));
        assertFalse(second.getLast().failure().isEmpty(), "a call that came too late is heard too");
    }

    private static List<Integer> inputs(List<Call> calls) {
        return calls.stream().map(Call::inputs).toList();
    }
}

package io.tesserae.pipelines.sentence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.Question;
import io.tesserae.pipelines.task.PipelineListener.Call;
import io.tesserae.tensor.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an embedder runs on, who closes that, and who hears of it. */
class RetrievalEmbedderTest {

    private static final Path CHECKPOINT =
            Question.TEST_DATA.resolve("fixtures").resolve("sentence-embedding");
    private static final String TEXT = "the actors were very convincing";

    @Test
    void anEngineThatIsGivenIsUsedAndStays() {
        try (Engine engine = Engine.builder().threads(3).build()) {
            var embedder = RetrievalEmbedder.builder().engine(engine).load(CHECKPOINT);
            assertTrue(embedder.toString().contains("3 threads"), embedder.toString());
            float[] expected = embedder.pipeline().embed(TEXT);
            embedder.close();
            assertThrows(IllegalStateException.class, () -> embedder.pipeline().embed(TEXT), "closed");
            try (var pipeline = Pipelines.sentenceEmbedding(CHECKPOINT, engine)) {
                assertArrayEquals(expected, pipeline.embed(TEXT), "the engine still computes");
            }
        }
    }

    @Test
    void anEngineThatIsMadeIsClosedWithTheEmbedder() {
        var embedder = RetrievalEmbedder.builder()
                .threads(3)
                .weightPrecision(Precision.FLOAT16)
                .load(CHECKPOINT);
        assertTrue(embedder.toString().contains("3 threads"), embedder.toString());
        assertEquals(24, embedder.pipeline().embed(TEXT).length);
        embedder.close();
        embedder.close(); // again: nothing happens
        assertThrows(IllegalStateException.class, () -> embedder.pipeline().embed(TEXT));
    }

    @Test
    void withoutAChoiceItIsTheOneThatAllShare() {
        try (var embedder = RetrievalEmbedder.builder().load(CHECKPOINT);
                var pipeline = Pipelines.sentenceEmbedding(CHECKPOINT)) {
            assertEquals(pipeline.description(), embedder.toString());
            assertArrayEquals(pipeline.embed(TEXT), embedder.pipeline().embed(TEXT));
        }
    }

    /** An engine has its threads and its precision: a choice that would have no effect is refused. */
    @Test
    void anEngineAndChoicesAboutAnotherAreRefused() {
        try (Engine engine = Engine.builder().threads(1).build()) {
            var builder = RetrievalEmbedder.builder().threads(2).engine(engine);
            String message = assertThrows(IllegalArgumentException.class, () -> builder.load(CHECKPOINT))
                    .getMessage();
            assertTrue(message.startsWith("engine: the one that is given, " + engine), message);
            assertTrue(message.contains("leave threads() and weightPrecision() out, or engine()"), message);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> RetrievalEmbedder.builder().engine(null));
        assertThrows(
                IllegalArgumentException.class,
                () -> RetrievalEmbedder.builder().listener(null));
    }

    @Test
    void theListenerHearsWhatThePipelineIsAsked() {
        List<Call> calls = new ArrayList<>();
        try (var embedder = RetrievalEmbedder.builder().listener(calls::add).load(CHECKPOINT)) {
            embedder.pipeline().embed(List.of(TEXT, "a dull film"), embedder.queryOptions());
            assertEquals(List.of(2), calls.stream().map(Call::inputs).toList());
        }
    }

    @Test
    void theNameIsThatOfTheFolderUnlessOneIsGiven() {
        try (var folder = RetrievalEmbedder.builder().load(CHECKPOINT);
                var files = RetrievalEmbedder.builder().load(ModelFiles.directory(CHECKPOINT));
                var named = RetrievalEmbedder.builder().modelName("mine").load(CHECKPOINT)) {
            assertEquals(Optional.of("sentence-embedding"), folder.modelName());
            assertEquals(Optional.empty(), files.modelName());
            assertEquals(Optional.of("mine"), named.modelName());
            assertEquals(Optional.of("yours"), named.withModelName("yours").modelName());
        }
    }
}

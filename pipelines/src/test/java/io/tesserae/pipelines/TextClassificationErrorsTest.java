package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be answered is refused, and the message says what was wrong. */
class TextClassificationErrorsTest {

    private static final Path FIXTURES = Question.TEST_DATA.resolve("fixtures");
    private static final Path SST2 = FIXTURES.resolve("distilbert-sst2");

    @TempDir
    Path folder;

    @Test
    void aTextThatIsTooLongIsRefusedWithItsLengthAndTheModels() {
        try (TextClassificationPipeline pipeline = Pipelines.textClassification(SST2)) {
            String text = "the ".repeat(90);
            var error = assertThrows(IllegalArgumentException.class, () -> pipeline.classify(text));
            assertMentions(error, "92 tokens", "64 positions", "truncation");
            // Also in the midst of others, and as a pair.
            assertThrows(IllegalArgumentException.class, () -> pipeline.classify(List.of("short", text, "short")));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> pipeline.classify(
                            TextInput.of("the ".repeat(40), "the ".repeat(40)), TextClassificationOptions.DEFAULT));
            // As long as there are positions is not too long.
            pipeline.classify("the ".repeat(62));
            assertThrows(IllegalArgumentException.class, () -> pipeline.classify("the ".repeat(63)));
        }
    }

    @Test
    void choicesOutOfRangeAreRefused() {
        TextClassificationOptions options = TextClassificationOptions.DEFAULT;
        assertMentions(assertThrows(IllegalArgumentException.class, () -> options.withTopK(0)), "topK", "found 0");
        assertMentions(assertThrows(IllegalArgumentException.class, () -> options.withTopK(-1)), "topK", "found -1");
        assertMentions(
                assertThrows(IllegalArgumentException.class, () -> options.withBatchSize(-1)), "batchSize", "found -1");
        assertThrows(IllegalArgumentException.class, () -> TextInput.of(null));
        assertThrows(IllegalArgumentException.class, () -> TextInput.of("text", null));
        try (TextClassificationPipeline pipeline = Pipelines.textClassification(SST2)) {
            TextInput text = TextInput.of("fine");
            assertEquals(
                    2, pipeline.classify(text, options.withTopK(1000)).labels().size());
        }
    }

    @Test
    void aClosedPipelineSaysThatItIsClosed() {
        TextClassificationPipeline pipeline = Pipelines.textClassification(SST2);
        pipeline.classify("open");
        pipeline.close();
        assertMentions(
                assertThrows(IllegalStateException.class, () -> pipeline.classify("closed")),
                "model.safetensors",
                "is closed");
        pipeline.close(); // twice does no harm
    }

    @Test
    void aTokenizerThatKnowsMoreThanTheModelIsAnotherModels() throws IOException {
        EditedCheckpoint.copyOf(SST2, folder)
                .config("\"vocab_size\": 818", "\"vocab_size\": 817")
                .with("distilbert.embeddings.word_embeddings.weight", 817, dim());
        assertRefused("config.json", "vocab_size is 817", "818 tokens");
    }

    @Test
    void aModelWithoutItsHeadIsRefused() throws IOException {
        EditedCheckpoint.copyOf(FIXTURES.resolve("distilbert-base"), folder);
        assertRefused("model.safetensors", "classifier.weight", "missing");
    }

    @Test
    void aMissingTensorIsNamed() throws IOException {
        String name = "distilbert.transformer.layer.1.attention.k_lin.bias";
        EditedCheckpoint.copyOf(SST2, folder).without(name);
        assertRefused("model.safetensors", name, "missing");
    }

    @Test
    void aTensorThatNobodyAskedForIsNamed() throws IOException {
        EditedCheckpoint.copyOf(SST2, folder).with("distilbert.transformer.layer.7.extra.weight", 3);
        assertRefused("model.safetensors", "distilbert.transformer.layer.7.extra.weight", "no such tensor");
    }

    @Test
    void aTensorOfAnotherShapeIsNamedWithBothShapes() throws IOException {
        String name = "distilbert.transformer.layer.0.ffn.lin1.weight";
        EditedCheckpoint.copyOf(SST2, folder).with(name, 5, dim());
        assertRefused("model.safetensors", name, "expected shape [", "found [5, " + dim() + "]");
    }

    @Test
    void anotherNumberOfLabelsThanTheHeadHasIsNamed() throws IOException {
        EditedCheckpoint.copyOf(SST2, folder)
                .config("\"1\": \"POSITIVE\"", "\"1\": \"POSITIVE\", \"2\": \"UNDECIDED\"");
        assertRefused("classifier.weight", "expected shape [3, ", "found [2, ");
    }

    @Test
    void anotherFamilyIsNamed() throws IOException {
        EditedCheckpoint.copyOf(SST2, folder)
                .config("\"model_type\": \"distilbert\"", "\"model_type\": \"longformer\"");
        assertRefused("config.json", "model_type", "longformer", "distilbert", "bert");
        EditedCheckpoint edited = new EditedCheckpoint(folder);
        edited.config("\"longformer\"", "\"funnel\"");
        assertRefused("config.json", "model_type", "\"funnel\"");
        edited.config("\"funnel\"", "\"mobilebert\"");
        assertRefused("config.json", "model_type", "\"mobilebert\"");
        edited.config("\"model_type\": \"mobilebert\"", "\"other_type\": \"mobilebert\"");
        assertRefused("config.json", "model_type");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        Path missing = folder.resolve("no-such-model");
        var error = assertThrows(ModelLoadingException.class, () -> Pipelines.textClassification(missing));
        assertMentions(error, "no-such-model");
    }

    /** A model that is refused leaves nothing open: its folder can be loaded once it is whole again. */
    @Test
    void aFolderCanBeLoadedOnceItIsWholeAgain() throws IOException {
        String name = "pre_classifier.bias";
        EditedCheckpoint.copyOf(SST2, folder).without(name);
        assertRefused(name);
        new EditedCheckpoint(folder).with(name, dim());
        try (TextClassificationPipeline pipeline = Pipelines.textClassification(folder)) {
            pipeline.classify("whole");
        }
    }

    private static int dim() throws IOException {
        String config = Files.readString(SST2.resolve("config.json"));
        return Integer.parseInt(config.replaceAll("(?s).*\"dim\": (\\d+).*", "$1"));
    }

    private void assertRefused(String... fragments) {
        var error = assertThrows(
                ModelLoadingException.class,
                () -> Pipelines.textClassification(ModelFiles.directory(folder), Engine.shared()));
        assertMentions(error, fragments);
        assertMentions(error, folder.getFileName().toString());
    }

    private static void assertMentions(Throwable error, String... fragments) {
        for (String fragment : fragments) {
            assertTrue(error.getMessage().contains(fragment), fragment + " is not in: " + error.getMessage());
        }
    }
}

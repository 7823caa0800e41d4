package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.text.AggregationStrategy;
import io.tesserae.pipelines.text.FeatureExtractionOptions;
import io.tesserae.pipelines.text.FillMask;
import io.tesserae.pipelines.text.FillMaskOptions;
import io.tesserae.pipelines.text.TokenClassificationOptions;
import io.tesserae.pipelines.text.ZeroShotClassificationOptions;
import io.tesserae.pipelines.text.ZeroShotInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tasks on tokens, masks, features and labels in any words cannot answer is refused, and the message says why. */
class TextTasksErrorsTest {

    @TempDir
    Path folder;

    @Test
    void aStrideNeedsAnAggregationAndRoomToAdvance() {
        try (var pipeline = Pipelines.tokenClassification(ReferenceAnswers.fixture("bert-ner"))) {
            TokenClassificationOptions options = TokenClassificationOptions.DEFAULT.withStride(8);
            assertRefused(() -> pipeline.classify("text", options), "stride of 8", "aggregation");
            TokenClassificationOptions wide =
                    options.withAggregation(AggregationStrategy.FIRST).withStride(62);
            assertRefused(() -> pipeline.classify("text", wide), "stride of 62", "less than 62");
            assertRefused(() -> pipeline.classify(Stream.of("text"), wide), "stride of 62");
            assertEquals(0, pipeline.classify("", wide.withStride(61)).truncatedTokens());
        }
        assertRefused(() -> TokenClassificationOptions.DEFAULT.withStride(-1), "stride", "found -1");
        assertRefused(() -> TokenClassificationOptions.DEFAULT.withBatchSize(-1), "batchSize", "found -1");
    }

    @Test
    void aTextWithoutAMaskIsRefusedByTheMasksName() {
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture("bert-mlm"))) {
            assertRefused(() -> pipeline.fill("no mask"), "no [MASK]");
            assertRefused(() -> pipeline.fill(""), "no [MASK]");
            assertRefused(() -> pipeline.fill("[mask]"), "no [MASK]");
            String atTheEnd = "the ".repeat(70) + "[MASK]";
            assertRefused(() -> pipeline.fill(atTheEnd), "73 tokens", "64 positions");
            assertRefused(
                    () -> pipeline.fill(atTheEnd, FillMaskOptions.DEFAULT.withTruncation(true)),
                    "no [MASK]",
                    "cut off");
        }
    }

    /** Answers to those before it come first. */
    @Test
    void aStreamAnswersWhatStandsBeforeAnErrorFirst() {
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture("bert-mlm"))) {
            List<FillMask> answers = new ArrayList<>();
            Stream<FillMask> stream =
                    pipeline.fill(Stream.of("a [MASK]", "[MASK] b", "none", "[MASK]"), FillMaskOptions.DEFAULT);
            assertRefused(() -> stream.forEach(answers::add), "no [MASK]");
            assertEquals(2, answers.size());
        }
    }

    @Test
    void targetsOfWhichNothingIsLeftAreRefused() {
        try (var pipeline = Pipelines.fillMask(ReferenceAnswers.fixture("bert-mlm"))) {
            FillMaskOptions options = FillMaskOptions.DEFAULT.withTargets(List.of(" ", ""));
            assertRefused(() -> pipeline.fill("[MASK]", options), "targets", "no token is left");
        }
        assertRefused(() -> FillMaskOptions.DEFAULT.withTopK(0), "topK", "found 0");
        assertRefused(() -> FillMaskOptions.DEFAULT.withBatchSize(-1), "batchSize", "found -1");
    }

    @Test
    void aTokenizerWithoutAMaskTokenCannotFillMasks() throws IOException {
        EditedCheckpoint.copyOf(ReferenceAnswers.fixture("bert-mlm"), folder);
        Path config = folder.resolve("tokenizer_config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"BertTokenizer\"", "\"PreTrainedTokenizerFast\"") // has no mask by itself
                        .replace("\"mask_token\": \"[MASK]\",", ""));
        var error = assertThrows(ModelLoadingException.class, () -> Pipelines.fillMask(folder));
        assertMentions(error, "tokenizer_config.json", "mask_token");
    }

    @Test
    void aTextThatIsTooLongForFeaturesIsRefused() {
        try (var pipeline = Pipelines.featureExtraction(ReferenceAnswers.fixture("bert-base"))) {
            assertRefused(() -> pipeline.extract("the ".repeat(70)), "72 tokens", "64 positions");
        }
        assertRefused(() -> FeatureExtractionOptions.DEFAULT.withBatchSize(-1), "batchSize", "found -1");
    }

    @Test
    void textsAndLabelsThatAreNoneAreRefused() {
        try (var pipeline = Pipelines.zeroShotClassification(ReferenceAnswers.fixture("distilbert-mnli"))) {
            assertRefused(() -> pipeline.classify("", List.of("a")), "text is empty");
            assertRefused(() -> pipeline.classify("text", List.of()), "no candidate labels");
            assertRefused(() -> pipeline.classify("text", ZeroShotInput.labels(" , ,")), "no candidate labels");
            assertRefused(() -> pipeline.classify("text", List.of("a", "b ".repeat(70))), "tokens", "64 positions");
        }
        assertRefused(() -> ZeroShotClassificationOptions.DEFAULT.withBatchSize(-1), "batchSize", "found -1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "no place", "{} and {}", "{0} and {}", "{1}", "{label}", "{:>4}", "{", "}", "{{}}", "{{{"})
    void aTemplateWithoutOnePlaceForTheLabelIsRefused(String template) {
        assertRefused(
                () -> ZeroShotClassificationOptions.DEFAULT.withHypothesisTemplate(template),
                "hypothesis template",
                "\"" + template + "\"");
    }

    @Test
    void namesWithoutTheirIdsAreNoneThatEntailmentCouldBeFoundBy() throws IOException {
        EditedCheckpoint.copyOf(ReferenceAnswers.fixture("distilbert-mnli"), folder)
                .config("\"label2id\"", "\"label2ids\"");
        var error = assertThrows(ModelLoadingException.class, () -> Pipelines.zeroShotClassification(folder));
        assertMentions(error, "config.json", "label2id", "entailment");
    }

    @Test
    void anIdThatTheHeadDoesNotHaveIsRefused() throws IOException {
        EditedCheckpoint.copyOf(ReferenceAnswers.fixture("distilbert-mnli"), folder)
                .config("\"entailment\": 1", "\"entailment\": 7");
        var error = assertThrows(ModelLoadingException.class, () -> Pipelines.zeroShotClassification(folder));
        assertMentions(error, "config.json", "label2id", "below 3");
    }

    @Test
    void aModelWithoutTheTasksHeadIsRefused() {
        Path base = ReferenceAnswers.fixture("bert-base");
        for (Executable task : List.<Executable>of(
                () -> Pipelines.tokenClassification(base),
                () -> Pipelines.fillMask(base),
                () -> Pipelines.zeroShotClassification(base))) {
            assertMentions(assertThrows(ModelLoadingException.class, task), "bert-base", "missing");
        }
    }

    private static void assertRefused(Executable call, String... fragments) {
        assertMentions(assertThrows(IllegalArgumentException.class, call), fragments);
    }

    private static void assertMentions(Throwable error, String... fragments) {
        for (String fragment : fragments) {
            assertTrue(error.getMessage().contains(fragment), fragment + " is not in: " + error.getMessage());
        }
    }
}

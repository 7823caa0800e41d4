package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A BERT is told which tokens are of a pair's second text only where its tokenizer passes token types: that is for the
 * class to say, and for the list of inputs in tokenizer_config.json. Scores are those of transformers 5.18.
 */
class TokenTypesTest {

    private static final Path NLI = ReferenceAnswers.fixture("bert-nli-legacy-names");

    private static final double WITH_TYPES = 0.4736423;
    private static final double WITHOUT = 0.4619826;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            BertTokenizer           |                                                   | true
            BertTokenizer           | ["input_ids", "attention_mask"]                   | false
            BertTokenizer           | []                                                | false
            BertTokenizerFast       | ["input_ids", "token_type_ids", "attention_mask"] | true
            PreTrainedTokenizerFast |                                                   | false
            PreTrainedTokenizerFast | ["input_ids", "token_type_ids", "attention_mask"] | true
            PreTrainedTokenizerFast | ["input_ids", "attention_mask"]                   | false
            TokenizersBackend       |                                                   | false
            DistilBertTokenizer     |                                                   | false
            ElectraTokenizer        |                                                   | true
            """)
    void pairsAreToldApartWhereTheTokenizerPassesTypes(String tokenizerClass, String inputNames, boolean types)
            throws IOException {
        EditedCheckpoint.copyOf(NLI, folder);
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"tokenizer_class\": \"" + tokenizerClass + "\", \"model_input_names\": " + inputNames + "}");
        try (TextClassificationPipeline pipeline = Pipelines.textClassification(folder)) {
            Classification best = pipeline.classify(
                            TextInput.of("Is it raining?", "It is wet."), TextClassificationOptions.DEFAULT)
                    .labels()
                    .getFirst();
            assertEquals("contradiction", best.label());
            assertEquals(types ? WITH_TYPES : WITHOUT, best.score(), 2e-6);
        }
    }
}

package io.tesserae.training.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.label.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigChangesTest {

    @Test
    void withoutChangesTheFileIsTheSameByteForByte() throws IOException {
        String config = Files.readString(SavedFixture.FOLDER.resolve("config.json"));
        assertEquals(config, ConfigChanges.NONE.applyTo(config, "config.json"));
    }

    @Test
    void labelsReplaceTheirNumberAndSortedKeysStaySorted() {
        String changed = ConfigChanges.NONE
                .withArchitecture("BertForSequenceClassification")
                .withLabels(List.of("yes", "ja — é"))
                .withProblemType(ProblemType.MULTI_LABEL_CLASSIFICATION)
                .withNumber("dropout", 0.25)
                .applyTo(
                        "{\"layer_norm_eps\": 1e-12, \"model_type\": \"bert\", \"num_labels\": 5, \"torch_dtype\": \"float16\"}",
                        "config.json");
        assertEquals("""
                {
                  "architectures": [
                    "BertForSequenceClassification"
                  ],
                  "dropout": 0.25,
                  "dtype": "float32",
                  "id2label": {
                    "0": "yes",
                    "1": "ja — é"
                  },
                  "label2id": {
                    "yes": 0,
                    "ja — é": 1
                  },
                  "layer_norm_eps": 1e-12,
                  "model_type": "bert",
                  "problem_type": "multi_label_classification"
                }
                """, changed);
        assertEquals(2, PretrainedConfig.parse(changed, "config.json").labels().count());
    }

    @Test
    void keysThatAreNotSortedKeepTheirOrder() {
        assertEquals(
                """
                {
                  "model_type": "x",
                  "dtype": "float32",
                  "a": null,
                  "vision_config": {
                    "dtype": "float32"
                  },
                  "problem_type": "regression"
                }
                """,
                ConfigChanges.NONE
                        .withProblemType(ProblemType.REGRESSION)
                        .applyTo(
                                "{\"model_type\": \"x\", \"torch_dtype\": \"bfloat16\", \"a\": null, \"dtype\": \"float16\","
                                        + " \"vision_config\": {\"torch_dtype\": \"float16\"}}",
                                "config.json"));
    }

    @Test
    void hostileTextAndWrongLabelsAreRefused() {
        for (String text : new String[] {"", "[]", "{\"a\": 1, \"a\": 2}", "{\"a\": NaN}", "{} x"}) {
            assertThrows(ModelLoadingException.class, () -> ConfigChanges.NONE.applyTo(text, "config.json"), text);
        }
        assertThrows(IllegalArgumentException.class, () -> ConfigChanges.NONE.withLabels(List.of("a", "b", "a")));
        assertThrows(IllegalArgumentException.class, () -> ConfigChanges.NONE.withLabels(List.of()));
        assertThrows(IllegalArgumentException.class, () -> ConfigChanges.NONE.withNumber("dropout", Double.NaN));
    }
}

package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.label.Labels;
import io.tesserae.loaders.label.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PretrainedConfigTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    @Test
    void readsAFixture() throws IOException {
        PretrainedConfig config =
                PretrainedConfig.read(ModelFiles.directory(FIXTURES.resolve("distilbert-multilabel")));
        assertEquals("distilbert", config.modelType());
        assertEquals(List.of("DistilBertForSequenceClassification"), config.architectures());
        assertEquals(4, config.labels().count());
        assertEquals("LABEL_3", config.labels().label(3));
        assertEquals(Optional.of(ProblemType.MULTI_LABEL_CLASSIFICATION), config.problemType());
        assertEquals(2, config.label2id().orElseThrow().get("LABEL_2"));
        assertEquals(24, config.requireInt("dim", 1, 100_000));
        assertEquals(0.1, config.requireDouble("attention_dropout", 0, 1));
        assertEquals("gelu", config.requireString("activation"));
        assertTrue(config.requireBoolean("tie_word_embeddings"));
        assertTrue(config.keys().contains("qa_dropout"));
    }

    @Test
    void takesDefaultsForAbsentKeysOnly() {
        PretrainedConfig config = config("\"there\":1,\"null\":null");
        assertEquals(7, config.optionalInt("absent", 7, 0, 9));
        assertEquals(1, config.optionalInt("there", 7, 0, 9));
        assertEquals(0.5, config.optionalDouble("absent", 0.5, 0, 1));
        assertEquals("x", config.optionalString("absent", "x"));
        assertTrue(config.optionalBoolean("absent", true));
        assertThrows(ModelLoadingException.class, () -> config.optionalInt("null", 7, 0, 9));
        assertFalse(config.isSet("null"));
        assertFalse(config.isSet("absent"));
        assertTrue(config.isSet("there"));
    }

    /** None of these is an integer for the reference either; the last ones are out of range. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "768.0",
                "\"768\"",
                "true",
                "null",
                "7e2",
                "[768]",
                "{}",
                "-1",
                "0",
                "1001",
                "4294967297",
                "99999999999999999999999999"
            })
    void refusesWhatIsNotAnIntegerInRange(String value) {
        PretrainedConfig config = config("\"dim\":" + value);
        Exception e = assertThrows(ModelLoadingException.class, () -> config.requireInt("dim", 1, 1000));
        assertTrue(
                e.getMessage().startsWith("c.json: dim: expected an integer from 1 to 1000, found "), e.getMessage());
    }

    /** As in the reference, where the other names are set after the family's own, in whatever order a file has them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'\"dim\":8'; 8",
                "'\"hidden_size\":6'; 6",
                "'\"dim\":8,\"hidden_size\":6'; 6",
                "'\"hidden_size\":6,\"dim\":8'; 6",
                "'\"n_heads\":2'; 7"
            })
    void anotherNameOfAKeyWins(String members, int dim) {
        PretrainedConfig config = config(members).withOtherNames(Map.of("hidden_size", "dim"));
        assertEquals(dim, config.optionalInt("dim", 7, 1, 9));
    }

    @Test
    void anotherNameIsTheOneThatMessagesName() {
        PretrainedConfig config = config("\"dim\":8,\"hidden_size\":null").withOtherNames(Map.of("hidden_size", "dim"));
        assertFalse(config.isSet("dim"));
        assertMessage(
                "c.json: hidden_size: expected an integer from 1 to 9, found null",
                () -> config.optionalInt("dim", 7, 1, 9));
        PretrainedConfig empty = config("\"dim\":null,\"hidden_size\":6");
        assertMessage(
                "c.json: dim: expected a value beside that of hidden_size, or no such key, found null",
                () -> empty.withOtherNames(Map.of("hidden_size", "dim")));
    }

    @Test
    void namesWhatWasExpectedAndFound() {
        PretrainedConfig config = config("\"a\":[1],\"n\":2.5");
        assertMessage("c.json: a: expected a string, found an array of 1", () -> config.requireString("a"));
        assertMessage("c.json: b: expected true or false, found nothing", () -> config.requireBoolean("b"));
        assertMessage("c.json: n: expected a number from 0.0 to 1.0, found 2.5", () -> config.requireDouble("n", 0, 1));
        assertMessage("c.json: n: expected an even width, found 2.5", () -> {
            throw config.unexpected("n", "an even width");
        });
    }

    @Test
    void needsAModelType() {
        assertMessage(
                "c.json: model_type: expected a string, found nothing", () -> PretrainedConfig.parse("{}", "c.json"));
    }

    /** The reference's answers, but for the third: there, its version 4 (the map wins) and 5 (the number wins) disagree. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'\"x\":1'; {0=LABEL_0, 1=LABEL_1}",
                "'\"num_labels\":3'; {0=LABEL_0, 1=LABEL_1, 2=LABEL_2}",
                "'\"num_labels\":3,\"id2label\":{\"0\":\"a\"}'; {0=a}",
                "'\"num_labels\":1,\"id2label\":null'; {0=LABEL_0}",
                "'\"num_labels\":3,\"id2label\":{}'; {0=LABEL_0, 1=LABEL_1, 2=LABEL_2}",
                "'\"id2label\":{\"5\":\"b\",\"0\":\"a\"}'; {0=a, 5=b}",
                "'\"id2label\":{\"10\":\"k\",\"9\":\"j\"}'; {9=j, 10=k}",
                "'\"id2label\":{\"0\":1,\"1\":2}'; {0=1, 1=2}",
                "'\"label2id\":{\"x\":0,\"y\":1}'; {0=LABEL_0, 1=LABEL_1}"
            })
    void labelsAreThoseOfTheReference(String members, String labels) {
        assertEquals(labels, config(members).labels().byId().toString());
    }

    @Test
    void sparseLabelsSayWhichIdsTheyHave() {
        Labels labels = config("\"id2label\":{\"5\":\"b\",\"0\":\"a\"}").labels();
        assertEquals(2, labels.count());
        Exception e = assertThrows(IllegalArgumentException.class, () -> labels.label(1));
        assertTrue(e.getMessage().endsWith("no label for the id 1, only for 0, 5"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"id2label\":{\"x\":\"a\"}",
                "\"id2label\":{\"-1\":\"a\"}",
                "\"id2label\":{\"01\":\"a\"}",
                "\"id2label\":{\" 1\":\"a\"}",
                "\"id2label\":{\"99999999999\":\"a\"}",
                "\"id2label\":{\"0\":null}",
                "\"id2label\":{\"0\":{}}",
                "\"id2label\":{\"0\":true}",
                "\"id2label\":[\"a\"]",
                "\"num_labels\":-1",
                "\"num_labels\":2.0",
                "\"num_labels\":1000000000",
                "\"problem_type\":\"guessing\"",
                "\"problem_type\":3",
                "\"problem_type\":\"single_label_classification\",\"num_labels\":1",
                "\"architectures\":\"x\"",
                "\"architectures\":[1]"
            })
    void refusesWhatMakesNoSense(String members) {
        assertThrows(ModelLoadingException.class, () -> config(members));
    }

    @Test
    void label2idMayBeNullAndIsCheckedWhenUsed() {
        assertEquals(Optional.empty(), config("\"label2id\":null").label2id());
        assertEquals(Optional.empty(), config("\"x\":0").label2id());
        assertEquals(
                Optional.of(Map.of("a", 0)), config("\"label2id\":{\"a\":0}").label2id());
        PretrainedConfig wrong = config("\"label2id\":{\"a\":\"0\"}");
        assertMessage(
                "c.json: label2id.\"a\": expected an integer from 0 to 2147483647, found the string \"0\"",
                wrong::label2id);
    }

    @Property(tries = 2000)
    void everyMutationIsReadOrRefused(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(
                Files.readString(FIXTURES.resolve("distilbert-sst2").resolve("config.json")));
        for (int change = random.nextInt(4); change >= 0; change--) {
            int position = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(position, (char) random.nextInt(128));
                case 1 -> text.delete(position, position + random.nextInt(8));
                default -> text.insert(position, "{}[]\",:019.-eE\\u".charAt(random.nextInt(16)));
            }
        }
        try {
            PretrainedConfig config = PretrainedConfig.parse(text.toString(), "mutated");
            config.optionalInt("dim", 48, 1, 1000);
            config.optionalDouble("dropout", 0.1, 0, 1);
            config.label2id();
        } catch (ModelLoadingException e) {
            assertTrue(e.getMessage().startsWith("mutated: "), e.getMessage());
        }
    }

    private static PretrainedConfig config(String members) {
        return PretrainedConfig.parse("{\"model_type\":\"distilbert\"," + members + "}", "c.json");
    }

    private static void assertMessage(String message, Executable action) {
        assertEquals(message, assertThrows(ModelLoadingException.class, action).getMessage());
    }
}

package io.tesserae.training.saving;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tesserae.engine.Engine;
import io.tesserae.families.Families;
import io.tesserae.family.Head;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.failure.TrainingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {

    private static final TokenBatch BATCH = TokenBatch.of(new int[] {2, 17, 300, 5, 3}, new int[] {2, 9, 3});

    @TempDir
    private Path folder;

    @Test
    void whatIsSavedGivesTheSameLogitsBitForBit() throws IOException {
        Path saved = folder.resolve("saved");
        SavedFixture.model().save(saved);

        assertArrayEquals(logits(SavedFixture.FOLDER), logits(saved));
        assertArrayEquals(
                AutoTokenizer.fromPretrained(SavedFixture.FOLDER)
                        .encode("So good!")
                        .inputIds(),
                AutoTokenizer.fromPretrained(saved).encode("So good!").inputIds());
        assertEquals(Set.of("saved"), names(folder), "nothing else is left beside it");
    }

    @Test
    void weightsInMemoryMakeTheSameModel() {
        PretrainedConfig config = PretrainedConfig.read(ModelFiles.directory(SavedFixture.FOLDER));
        WeightsInMemory weights = WeightsInMemory.copyOf(SavedFixture.weights(SavedFixture.FOLDER));
        try (SequenceClassifier model = Families.ALL
                .of(config.modelType())
                .orElseThrow()
                .heads()
                .loader(Head.SEQUENCE_CLASSIFICATION, suffix -> true, weights.names())
                .orElseThrow()
                .load(Engine.shared(), config, weights)) {
            assertArrayEquals(
                    logits(SavedFixture.FOLDER),
                    model.forward(BATCH, OutputOptions.RESULT_ONLY).logits().toArray());
        }
    }

    @Test
    void trainedWeightsAreTheOnesSaved() throws IOException {
        SequencedMap<String, Tensor> weights = SavedFixture.weights(SavedFixture.FOLDER);
        weights.get("classifier.bias").data()[0] += 0.5f;
        SavedFixture.model(weights).save(folder.resolve("saved"));

        float[] before = logits(SavedFixture.FOLDER);
        float[] after = logits(folder.resolve("saved"));
        assertNotEquals(before[0], after[0]);
        assertEquals(before[1], after[1]);
    }

    @Test
    void tokenizerIsCopiedByteForByteAndConfigIsTheOneGiven() throws IOException {
        Path saved = folder.resolve("saved");
        SavedFixture.model().save(saved);
        assertEquals(
                Set.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt"),
                names(saved));
        for (String name : Set.of("config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt")) {
            assertArrayEquals(
                    Files.readAllBytes(SavedFixture.FOLDER.resolve(name)),
                    Files.readAllBytes(saved.resolve(name)),
                    name);
        }
        try (SafetensorsFile file = SafetensorsFile.open(saved.resolve("model.safetensors"))) {
            assertEquals(Map.of("format", "pt"), file.metadata());
        }
    }

    @Test
    void sentenceEncoderKeepsItsModules() throws IOException {
        Path checkpoint = folder.resolve("source");
        Files.createDirectories(checkpoint.resolve("1_Pooling"));
        for (String name : Set.of("modules.json", "sentence_bert_config.json", "1_Pooling/config.json")) {
            Files.writeString(
                    checkpoint.resolve(name),
                    name.equals("modules.json")
                            ? "[{\"idx\": 0, \"name\": \"0\", \"path\": \"\", \"type\": \"m.Transformer\"},"
                                    + " {\"idx\": 1, \"name\": \"1\", \"path\": \"1_Pooling\", \"type\": \"m.Pooling\"}]"
                            : "{\"of\": \"" + name + "\"}");
        }
        ModelFolder.of("{}", SavedFixture.smallParameters(), ModelFiles.directory(checkpoint))
                .save(folder.resolve("saved"));
        assertEquals(
                Files.readString(checkpoint.resolve("1_Pooling/config.json")),
                Files.readString(folder.resolve("saved/1_Pooling/config.json")));
        assertTrue(Files.exists(folder.resolve("saved/modules.json")));
    }

    @Test
    void modelInAFolderOfItsOwnIsRefused() throws IOException {
        Path checkpoint = Files.createDirectories(folder.resolve("source"));
        Files.writeString(
                checkpoint.resolve("modules.json"),
                "[{\"idx\": 0, \"name\": \"0\", \"path\": \"0_Transformer\", \"type\": \"m.Transformer\"}]");
        ModelFolder model = ModelFolder.of("{}", SavedFixture.smallParameters(), ModelFiles.directory(checkpoint));
        TrainingException e = assertThrows(TrainingException.class, () -> model.save(folder.resolve("saved")));
        assertTrue(e.getMessage().contains("0_Transformer"), e.getMessage());
        assertEquals(Set.of("source"), names(folder));
    }

    @Test
    void resourcesAreCopiedToo() throws IOException {
        ModelFiles files = ModelFiles.resources("a jar", name -> {
            try {
                Path file = SavedFixture.FOLDER.resolve(name);
                return Files.exists(file) ? new ByteArrayInputStream(Files.readAllBytes(file)) : null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        ModelFolder.of("{}", SavedFixture.smallParameters(), files).save(folder.resolve("saved"));
        assertArrayEquals(
                Files.readAllBytes(SavedFixture.FOLDER.resolve("vocab.txt")),
                Files.readAllBytes(folder.resolve("saved/vocab.txt")));
    }

    @Test
    void savingOverAModelReplacesItAndKeepsOtherFiles() throws IOException {
        Path saved = folder.resolve("saved");
        SavedFixture.model().save(saved);
        Files.writeString(saved.resolve("added_tokens.json"), "{\"<old>\": 1}");
        Files.writeString(saved.resolve("model.safetensors.index.json"), "{}");
        Files.writeString(saved.resolve("log.jsonl"), "{}");
        Files.createDirectories(saved.resolve("checkpoint-5"));
        JsonObject arguments = new JsonObject();
        arguments.addProperty("learning_rate", 5e-5);

        ModelFolder.of(
                        "{\"model_type\": \"other\"}",
                        SavedFixture.smallParameters(),
                        ModelFiles.directory(SavedFixture.FOLDER))
                .withTrainingArguments(arguments)
                .withModelCard("# A card")
                .withText("1_Pooling/config.json", "{}")
                .save(saved);

        assertEquals(
                Set.of(
                        "1_Pooling",
                        "README.md",
                        "checkpoint-5",
                        "config.json",
                        "log.jsonl",
                        "model.safetensors",
                        "tokenizer.json",
                        "tokenizer_config.json",
                        "training_args.json",
                        "vocab.txt"),
                names(saved));
        assertEquals("{\n  \"learning_rate\": 5.0E-5\n}\n", Files.readString(saved.resolve("training_args.json")));
        assertEquals(
                SavedFixture.smallParameters().keySet(),
                WeightsFile.readLike(saved.resolve("model.safetensors"), SavedFixture.smallParameters())
                        .keySet());
    }

    @Test
    void updateThatWasInterruptedIsFinishedAndOneHalfWrittenIsUndone() throws IOException {
        Path saved = folder.resolve("saved");
        SavedFixture.model().save(saved);
        Files.writeString(saved.resolve("merges.txt"), "old");
        Map<String, String> before = SavedFixture.contents(saved);

        Path half = Files.createDirectories(saved.resolve(".saving.unfinished"));
        Files.writeString(half.resolve("config.json"), "half");
        RunFolder.open(saved);
        assertEquals(before, SavedFixture.contents(saved));

        Path complete = Files.createDirectories(saved.resolve(".saving.complete"));
        Files.writeString(complete.resolve("config.json"), "new");
        Files.writeString(complete.resolve(".stale"), "merges.txt");
        RunFolder.open(saved);
        assertEquals("new", Files.readString(saved.resolve("config.json")));
        assertFalse(Files.exists(saved.resolve("merges.txt")));
        assertFalse(Files.exists(complete));
    }

    @Test
    void listOfStaleFilesThatNamesAnotherIsRefused() throws IOException {
        Path saved = Files.createDirectories(folder.resolve("saved"));
        Files.writeString(folder.resolve("mine"), "mine");
        Files.createDirectories(saved.resolve(".saving.complete"));
        Files.writeString(saved.resolve(".saving.complete/.stale"), "../mine");
        assertThrows(TrainingException.class, () -> RunFolder.open(saved));
        assertTrue(Files.exists(folder.resolve("mine")));
    }

    @Test
    void namesThatLeadOutAreRefused() {
        ModelFolder model = SavedFixture.model();
        for (String name : new String[] {"../x", "/x", "a/../../x", "", "config.json", "model.safetensors", "./x"}) {
            assertThrows(IllegalArgumentException.class, () -> model.withText(name, "x"), name);
        }
    }

    @Test
    void fileInTheFoldersPlaceIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("file"), "mine");
        ModelFolder model = SavedFixture.model();
        assertThrows(TrainingException.class, () -> model.save(folder.resolve("file")));
        assertEquals("mine", Files.readString(folder.resolve("file")));
    }

    private static float[] logits(Path checkpoint) {
        try (var model = AutoModelForSequenceClassification.fromPretrained(checkpoint)) {
            return model.forward(BATCH).logits().toArray();
        }
    }

    private static Set<String> names(Path folder) throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
        }
    }
}

package io.tesserae.loaders.sentence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.PoolingMode;
import io.tesserae.model.SimilarityFunction;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of sentence-transformers: what they say is understood as that library understands it, or refused by name. */
class SentenceTransformerTest {

    private static final String MODULES = "modules.json";
    private static final String POOLING = "1_Pooling/config.json";
    private static final String TRANSFORMER = "sentence_bert_config.json";
    private static final String CONFIG = "config_sentence_transformers.json";
    private static final String DENSE = "2_Dense/config.json";

    private static final Map<String, byte[]> FIXTURE = fixture();

    /** The files of the fixture, some of them replaced by a test. */
    private final Map<String, byte[]> files = new HashMap<>(FIXTURE);

    private static Map<String, byte[]> fixture() {
        Path root = Path.of("..", "testdata", "fixtures", "sentence-embedding");
        Map<String, byte[]> files = new HashMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(files);
    }

    private SentenceTransformerTest with(String name, String text) {
        files.put(name, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private SentenceTransformerTest withModules(String... types) {
        StringBuilder modules = new StringBuilder("[");
        for (int i = 0; i < types.length; i++) {
            String kind = types[i].substring(types[i].lastIndexOf('.') + 1);
            modules.append(i == 0 ? "" : ",")
                    .append("""
                    {"idx": %d, "name": "%d", "path": "%s", "type": "%s"}""".formatted(i, i, kind.equals("Transformer") ? "" : i + "_" + kind, types[i]));
        }
        return with(MODULES, modules.append("]").toString());
    }

    /** Its weights are zeros: what they are is another test's. */
    private SentenceTransformerTest withDense(String config, int outFeatures, int inFeatures) throws IOException {
        ByteArrayOutputStream weights = new ByteArrayOutputStream();
        new SafetensorsWriter()
                .add("linear.weight", Tensor.zeros(outFeatures, inFeatures))
                .add("linear.bias", Tensor.zeros(outFeatures))
                .write(weights);
        files.put("2_Dense/model.safetensors", weights.toByteArray());
        return withModules(
                        "sentence_transformers.models.Transformer",
                        "sentence_transformers.models.Pooling",
                        "sentence_transformers.models.Dense")
                .with(DENSE, config);
    }

    private ModelFiles modelFiles() {
        return ModelFiles.resources("model", name -> {
            byte[] bytes = files.get(name);
            return bytes == null ? null : new ByteArrayInputStream(bytes);
        });
    }

    private SentenceTransformerConfig read() {
        return SentenceTransformerConfig.read(modelFiles());
    }

    private void load() {
        SentenceTransformer.fromPretrained(modelFiles()).close();
    }

    private void assertRefused(String... parts) {
        String message = assertThrows(ModelLoadingException.class, this::load).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void theFixtureInFull() {
        assertEquals(
                new SentenceTransformerConfig(
                        "",
                        OptionalInt.of(64),
                        false,
                        List.of(PoolingMode.MEAN),
                        OptionalInt.of(24),
                        true,
                        List.of(new SentenceTransformerConfig.Normalize()),
                        Map.of("query", "", "document", ""),
                        Optional.empty(),
                        SimilarityFunction.COSINE,
                        OptionalInt.empty()),
                read());
    }

    @Test
    void everySettingOfTheNewFiles() {
        with(TRANSFORMER, """
                {"transformer_task": "feature-extraction", "module_output_name": "token_embeddings", "max_seq_length": 12,
                 "do_lower_case": true, "model_args": {"attn_implementation": "sdpa", "trust_remote_code": true},
                 "modality_config": {"text": {"method": "forward", "method_output_name": ["last_hidden_state"]}}}""");
        with(POOLING, """
                {"embedding_dimension": 24, "pooling_mode": ["lasttoken", "weightedmean"], "include_prompt": false}""");
        with(CONFIG, """
                {"prompts": {"query": "query: ", "document": null, "other": "x"}, "default_prompt_name": "other",
                 "similarity_fn_name": "manhattan", "truncate_dim": 7, "__version__": {}}""");
        assertEquals(
                new SentenceTransformerConfig(
                        "",
                        OptionalInt.of(12),
                        true,
                        List.of(PoolingMode.LAST_TOKEN, PoolingMode.WEIGHTED_MEAN),
                        OptionalInt.of(24),
                        false,
                        List.of(new SentenceTransformerConfig.Normalize()),
                        Map.of("query", "query: ", "document", "", "other", "x"),
                        Optional.of("other"),
                        SimilarityFunction.MANHATTAN,
                        OptionalInt.of(7)),
                read());
    }

    /** As in transformers' own checkpoints; then the other files do not count, whatever they hold. */
    @Test
    void withoutModulesTheHiddenStatesAreAveraged() {
        files.remove(MODULES);
        with(POOLING, "nonsense").with(CONFIG, "nonsense").with(TRANSFORMER, "nonsense");
        SentenceTransformerConfig config = read();
        assertEquals(List.of(PoolingMode.MEAN), config.poolingModes());
        assertEquals(List.of(), config.modules());
        assertEquals(OptionalInt.empty(), config.maxSeqLength());
        load();
    }

    /** The layout of the first sentence-transformers, with the encoder in a folder of its own. */
    @Test
    void theEncoderMayLieInAFolder() {
        for (String name : List.copyOf(files.keySet())) {
            if (!name.contains("/") && !name.equals(MODULES)) {
                files.put("0_Transformer/" + name, files.remove(name));
            }
        }
        with(MODULES, """
                [{"idx": 0, "name": "0", "path": "0_Transformer", "type": "sentence_transformers.models.Transformer"},
                 {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]""");
        assertEquals("0_Transformer", read().transformerFolder());
        assertEquals(OptionalInt.of(64), read().maxSeqLength());
        load();
        files.remove("0_Transformer/config.json");
        assertRefused("model: 0_Transformer/config.json: no such file");
    }

    @ParameterizedTest
    @CsvSource({
        "Tanh, TANH",
        "GELU, GELU",
        "ReLU, RELU",
        "Sigmoid, SIGMOID",
        "SiLU, SILU",
        "Mish, MISH",
        "Hardswish, HARDSWISH",
        "LeakyReLU, LEAKY_RELU"
    })
    void activationsOfADenseLayer(String name, Activation expected) throws IOException {
        withDense("""
                {"in_features": 24, "out_features": 5, "bias": true,
                 "activation_function": "torch.nn.modules.activation.%s"}""".formatted(name), 5, 24);
        assertEquals(List.of(new SentenceTransformerConfig.Dense("2_Dense", 24, 5, true, expected)), read().modules());
        load();
    }

    @Test
    void whatADenseLayerLeavesOut() throws IOException {
        withDense("{\"in_features\": 24, \"out_features\": 5}", 5, 24);
        assertEquals(
                List.of(new SentenceTransformerConfig.Dense("2_Dense", 24, 5, true, Activation.TANH)),
                read().modules());
    }

    @Test
    void aDenseLayerThatDoesNotFitIsRefused() throws IOException {
        String fitting = "{\"in_features\": 24, \"out_features\": 5}";
        withDense("{\"in_features\": 23, \"out_features\": 5}", 5, 23);
        assertRefused(MODULES, "takes vectors of 23 numbers, but gets vectors of 24");
        withDense(fitting, 5, 23);
        assertRefused("2_Dense/model.safetensors", "linear.weight", "expected shape [5, 24]", "found [5, 23]");
        withDense("{\"in_features\": 24, \"out_features\": 5, \"bias\": false}", 5, 24);
        assertRefused("2_Dense/model.safetensors", "linear.bias", "no such tensor");
        withDense(fitting, 5, 24);
        files.remove("2_Dense/model.safetensors");
        assertRefused("2_Dense/model.safetensors: no such file");
        files.remove(DENSE);
        assertRefused(DENSE + ": no such file");
        for (String wrong : List.of("0", "1048577", "1e3", "-1", "\"5\"", "null", "4.0")) {
            withDense("{\"in_features\": 24, \"out_features\": %s}".formatted(wrong), 5, 24);
            assertRefused(DENSE + ": out_features: expected a whole number");
        }
        for (String wrong : List.of("\"torch.nn.Softmax\"", "\"my.Tanh\"", "\"Tanh\"", "null", "3", "\"\"")) {
            withDense(
                    "{\"in_features\": 24, \"out_features\": 5, \"activation_function\": %s}".formatted(wrong), 5, 24);
            assertRefused(DENSE + ": activation_function: expected a");
        }
        withDense("{\"in_features\": 24, \"out_features\": 5, \"use_residual\": true}", 5, 24);
        assertRefused(DENSE + ": use_residual: expected false");
        withDense("{\"in_features\": 24, \"out_features\": 5, \"module_input_name\": \"token_embeddings\"}", 5, 24);
        assertRefused(DENSE + ": module_input_name: expected sentence_embedding");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sentence_transformers.models.CNN",
                "sentence_transformers.models.WeightedLayerPooling",
                "sentence_transformers.models.Asym",
                "sentence_transformers.models.CLIPModel",
                "custom_code.Normalize",
                "Normalize",
                "",
                "sentence_transformers.models.normalize"
            })
    void modulesThatAreNotKnownAreRefusedByName(String type) {
        withModules("sentence_transformers.models.Transformer", "sentence_transformers.models.Pooling", type);
        assertRefused(
                MODULES + ": modules[2].type: expected Transformer, Pooling, Normalize or Dense", "\"" + type + "\"");
    }

    @Test
    void modulesInAnotherOrderAreRefused() {
        String transformer = "sentence_transformers.models.Transformer";
        String pooling = "sentence_transformers.models.Pooling";
        String normalize = "sentence_transformers.models.Normalize";
        withModules(pooling, transformer).assertRefused("modules[0].type: expected Transformer as module 1");
        withModules(transformer, normalize).assertRefused("modules[1].type: expected Pooling as module 2");
        withModules(transformer, pooling, pooling).assertRefused("modules[2].type: expected Dense or Normalize");
        withModules(transformer).assertRefused("expected Pooling as module 2", "found 1 modules");
        withModules().assertRefused("found 0 modules");
        with(MODULES, "{}").assertRefused(MODULES + ": expected an array of modules");
        with(MODULES, "[1]").assertRefused(MODULES + ": modules[0]: expected an object");
        with(MODULES, "[").assertRefused(MODULES + ": not valid JSON");
        with(MODULES, "[" + "{},".repeat(100) + "{}]").assertRefused("at most 100, found an array of 101");
        for (String path : List.of("../1_Pooling", "a/b", "/etc", "..", "C:x", "a\\\\b", "1 Pooling")) {
            with(MODULES, """
                    [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                     {"idx": 1, "name": "1", "path": "%s", "type": "sentence_transformers.models.Pooling"}]""".formatted(path)).assertRefused("modules[1].path: expected a plain folder's name");
        }
        with(MODULES, """
                [{"name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                 {"name": "0", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]""").assertRefused("modules[1].name: expected a name of its own");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                POOLING + "|{}|word_embedding_dimension: expected a whole number, found nothing",
                POOLING + "|{\"embedding_dimension\": 23}|the pooling expects hidden states of 23 numbers",
                POOLING
                        + "|{\"embedding_dimension\": 24, \"pooling_mode\": \"median\"}|pooling_mode: expected a pooling mode",
                POOLING + "|{\"embedding_dimension\": 24, \"pooling_mode\": []}|pooling_mode: expected a pooling mode",
                POOLING + "|{\"embedding_dimension\": 24, \"pooling_mode\": [1]}|pooling_mode: expected a string",
                POOLING + "|{\"embedding_dimension\": 24, \"pooling_mode_mean_tokens\": 1}|expected true or false",
                POOLING
                        + "|{\"embedding_dimension\": 24, \"pooling_mode_new\": true}|pooling_mode_new: expected one of",
                POOLING
                        + "|{\"embedding_dimension\": 24, \"include_prompt\": \"no\"}|include_prompt: expected true or false",
                TRANSFORMER + "|{\"max_seq_length\": 0}|max_seq_length: expected a whole number, 1 or more",
                TRANSFORMER + "|{\"max_seq_length\": 1}|max_seq_length: expected 2 or more",
                TRANSFORMER + "|{\"max_seq_length\": \"64\"}|max_seq_length: expected a whole number",
                TRANSFORMER + "|{\"do_lower_case\": 0}|do_lower_case: expected true or false",
                TRANSFORMER + "|{\"transformer_task\": \"fill-mask\"}|transformer_task: expected feature-extraction",
                TRANSFORMER + "|{\"module_output_name\": \"x\"}|module_output_name: expected token_embeddings",
                TRANSFORMER + "|{\"modality_config\": {}}|modality_config.text: expected an object",
                TRANSFORMER + "|{\"modality_config\": {\"text\": {}}}|method_output_name: expected last_hidden_state",
                TRANSFORMER + "|{\"query_expansion\": {}}|query_expansion: expected null",
                TRANSFORMER
                        + "|{\"tokenizer_args\": {\"padding_side\": \"left\"}}|tokenizer_args.padding_side: expected no such",
                CONFIG + "|{\"model_type\": \"CrossEncoder\"}|model_type: expected SentenceTransformer",
                CONFIG + "|{\"similarity_fn_name\": \"maxsim\"}|similarity_fn_name: expected cosine",
                CONFIG + "|{\"default_prompt_name\": \"x\"}|default_prompt_name: expected one of the prompts",
                CONFIG + "|{\"prompts\": [\"x\"]}|prompts: expected an object",
                CONFIG + "|{\"prompts\": {\"x\": 1}}|prompts.x: expected a string",
                CONFIG + "|{\"truncate_dim\": 0}|truncate_dim: expected a whole number, 1 or more",
                CONFIG + "|[]|expected a JSON object",
                "2_Normalize/config.json|{\"module_input_name\": \"token_embeddings\"}|expected sentence_embedding"
            })
    void whatIsNotImplementedOrNonsenseIsRefused(String file, String json, String message) {
        with(file, json).assertRefused("model: " + (message.startsWith("the pooling") ? MODULES : file), message);
    }

    @Test
    void aLongerLimitThanThereArePositionsIsTheirs() {
        with(TRANSFORMER, "{\"max_seq_length\": 1000000}");
        try (SentenceTransformer model = SentenceTransformer.fromPretrained(modelFiles())) {
            assertEquals(64, model.maxLength());
            assertEquals(24, model.dimensions());
            assertEquals("bert", model.encoderConfig().modelType());
        }
    }

    /** Any of the files with some characters changed: a model comes of it, or a ModelLoadingException, and nothing else. */
    @Property(tries = 1500)
    void mutationsAreReadOrRefused(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        withDense("""
                {"in_features": 24, "out_features": 5, "bias": true,
                 "activation_function": "torch.nn.modules.activation.Tanh"}""", 5, 24);
        with(CONFIG, """
                {"prompts": {"query": "query: "}, "default_prompt_name": "query", "similarity_fn_name": "dot",
                 "truncate_dim": 3}""");
        List<String> names = List.of(MODULES, POOLING, TRANSFORMER, CONFIG, DENSE, "2_Dense/model.safetensors");
        String name = names.get(random.nextInt(names.size()));
        String text = new String(files.get(name), StandardCharsets.ISO_8859_1);
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(8));
            String[] words = {
                "",
                "{",
                "}",
                "[",
                "]",
                "\"",
                ",",
                ":",
                "null",
                "true",
                "0",
                "-1",
                "1e9",
                "999999999",
                "2147483648",
                "\\u0000",
                "../",
                "\u00ff",
                text.substring(at, end)
            };
            text = text.substring(0, at)
                    + words[random.nextInt(words.length)]
                    + text.substring(random.nextBoolean() ? at : end);
        }
        files.put(name, text.getBytes(StandardCharsets.ISO_8859_1));
        try {
            load();
        } catch (ModelLoadingException e) {
            assertFalse(e.getMessage().isBlank());
        }
    }
}

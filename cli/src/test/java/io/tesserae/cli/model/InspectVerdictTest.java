package io.tesserae.cli.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.tesserae.cli.Run;
import io.tesserae.engine.Engine;
import io.tesserae.families.Families;
import io.tesserae.family.Head;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.TokenBatch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code inspect} says of a folder is what {@code run} says when it loads it, whatever is wrong with the folder. */
class InspectVerdictTest {

    private static final String PICTURE =
            Path.of("..", "testdata", "images", "p_9x8_8_6_0.png").toString();

    @TempDir
    private Path temporary;

    /** One thing that is wrong with a copy of a good checkpoint. */
    private record Broken(String fixture, String what, Damage damage) {
        @Override
        public String toString() {
            return fixture + ": " + what;
        }
    }

    @FunctionalInterface
    private interface Damage {
        void to(Path folder) throws IOException;
    }

    static Stream<Broken> brokenCheckpoints() {
        String text = "distilbert-sst2";
        String bert = "bert-base";
        String picture = "vit-classify";
        return Stream.of(
                new Broken(text, "no weights", folder -> Files.delete(folder.resolve("model.safetensors"))),
                new Broken(text, "weights as a pickle", folder -> {
                    Files.delete(folder.resolve("model.safetensors"));
                    Files.writeString(folder.resolve("pytorch_model.bin"), "x");
                }),
                new Broken(text, "truncated weights", truncated("model.safetensors", 100_000)),
                new Broken(text, "a header that is cut", truncated("model.safetensors", 50)),
                new Broken(text, "empty weights", truncated("model.safetensors", 0)),
                new Broken(text, "trailing bytes", folder -> {
                    byte[] bytes = Files.readAllBytes(folder.resolve("model.safetensors"));
                    Files.write(folder.resolve("model.safetensors"), Arrays.copyOf(bytes, bytes.length + 1));
                }),
                new Broken(
                        text,
                        "a missing linear weight",
                        tensors(all -> all.remove("distilbert.transformer.layer.1.ffn.lin1.weight"))),
                new Broken(
                        text,
                        "a missing bias",
                        tensors(all -> all.remove("distilbert.transformer.layer.0.ffn.lin1.bias"))),
                new Broken(
                        text,
                        "a missing embedding",
                        tensors(all -> all.remove("distilbert.embeddings.word_embeddings.weight"))),
                new Broken(text, "a missing head", tensors(all -> all.remove("classifier.weight"))),
                new Broken(
                        text,
                        "an unexpected tensor",
                        tensors(all -> all.put("adapter.weight", new Stored("F32", new long[] {1}, new byte[4])))),
                new Broken(
                        text,
                        "a weight of another shape",
                        tensors(all -> all.computeIfPresent(
                                "distilbert.transformer.layer.1.attention.q_lin.weight",
                                (_, stored) -> stored.reshaped(stored.shape()[0] * stored.shape()[1])))),
                new Broken(text, "a linear weight of whole numbers", retyped("pre_classifier.weight", "I8", 1)),
                new Broken(text, "a bias of truth values", retyped("pre_classifier.bias", "BOOL", 1)),
                new Broken(
                        text,
                        "embeddings of whole numbers",
                        retyped("distilbert.embeddings.word_embeddings.weight", "U16", 2)),
                new Broken(text, "complex numbers", retyped("classifier.weight", "C64", 8)),
                new Broken(
                        text,
                        "every weight of whole numbers",
                        tensors(all -> all.replaceAll((_, stored) -> stored.as("I32", 4)))),
                new Broken(text, "quantization_config", config("quantization_config", "{\"quant_method\": \"gptq\"}")),
                new Broken(text, "an unknown activation", config("activation", "\"snake\"")),
                new Broken(text, "heads that do not divide", config("n_heads", "5")),
                new Broken(text, "a decoder", config("is_decoder", "true")),
                new Broken(text, "pruned heads", config("pruned_heads", "{\"0\": [1]}")),
                new Broken(text, "one layer more", config("n_layers", "3")),
                new Broken(text, "one layer less", config("n_layers", "1")),
                new Broken(text, "another vocabulary size", config("vocab_size", "817")),
                new Broken(text, "a width that is text", config("dim", "\"wide\"")),
                new Broken(text, "negative layers", config("n_layers", "-1")),
                new Broken(
                        text,
                        "more labels than logits",
                        config("id2label", "{\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}")),
                new Broken(text, "a family that does not run", config("model_type", "\"funnel\"")),
                new Broken(bert, "relative positions", config("position_embedding_type", "\"relative_key\"")),
                new Broken(bert, "an epsilon out of range", config("layer_norm_eps", "7")),
                new Broken(text, "no tokenizer", folder -> {
                    Files.delete(folder.resolve("tokenizer.json"));
                    Files.delete(folder.resolve("vocab.txt"));
                }),
                new Broken(text, "a cut tokenizer.json", truncated("tokenizer.json", 1000)),
                new Broken(
                        text,
                        "a tokenizer of another kind",
                        json("tokenizer_config.json", "tokenizer_class", "\"T5Tokenizer\"")),
                new Broken(
                        text, "a tokenizer with a bad side", json("tokenizer_config.json", "padding_side", "\"up\"")),
                new Broken(text, "a longer vocabulary than the model's", folder -> {
                    Files.delete(folder.resolve("tokenizer.json"));
                    Path vocabulary = folder.resolve("vocab.txt");
                    Files.writeString(vocabulary, Files.readString(vocabulary) + "onemore\n");
                }),
                new Broken("distilbert-mlm", "no mask token", folder -> {
                    Files.delete(folder.resolve("tokenizer.json"));
                    Path vocabulary = folder.resolve("vocab.txt");
                    Files.writeString(vocabulary, Files.readString(vocabulary).replace("[MASK]", "[GONE]"));
                }),
                new Broken(
                        "distilbert-bf16-sharded",
                        "a missing shard",
                        folder -> Files.delete(folder.resolve("model-00002-of-00003.safetensors"))),
                new Broken(
                        "distilbert-bf16-sharded",
                        "a truncated shard",
                        truncated("model-00003-of-00003.safetensors", 20_000)),
                new Broken(
                        "distilbert-bf16-sharded",
                        "an index without tensors",
                        json("model.safetensors.index.json", "weight_map", "{}")),
                new Broken(
                        picture,
                        "no preprocessor_config.json",
                        folder -> Files.delete(folder.resolve("preprocessor_config.json"))),
                new Broken(
                        "mpnet/sequence",
                        "fewer buckets than the reference reads",
                        config("relative_attention_num_buckets", "31")),
                new Broken("electra/sequence", "embeddings as wide as the model", folder -> {
                    JsonObject read = read(folder.resolve("config.json"));
                    config("embedding_size", read.get("hidden_size").toString()).to(folder);
                }),
                new Broken(picture, "a cut preprocessor_config.json", truncated("preprocessor_config.json", 20)),
                new Broken(
                        picture,
                        "an unknown image processor",
                        json("preprocessor_config.json", "image_processor_type", "\"FancyImageProcessor\"")),
                new Broken(
                        picture,
                        "a wrong mean",
                        json("preprocessor_config.json", "image_mean", "[0.5, \"half\", 0.5]")),
                new Broken(picture, "five channels", config("num_channels", "5")),
                new Broken(picture, "patches larger than pictures", config("patch_size", "64")),
                new Broken(picture, "no weights", folder -> Files.delete(folder.resolve("model.safetensors"))),
                new Broken(picture, "a missing head", tensors(all -> all.remove("classifier.bias"))),
                new Broken(picture, "another picture size", config("image_size", "48")),
                new Broken("vit-base", "truncated weights", truncated("model.safetensors", 9_000)),
                new Broken(
                        "gpt2/writing/model", "a cut generation_config.json", truncated("generation_config.json", 20)),
                new Broken(
                        "gpt2/writing/model", "beams that are none", json("generation_config.json", "num_beams", "0")),
                new Broken(
                        "idefics/bf16-sharded",
                        "a cut generation_config.json",
                        truncated("generation_config.json", 20)),
                new Broken(
                        "idefics/bf16-sharded",
                        "no processor_config.json",
                        folder -> Files.delete(folder.resolve("processor_config.json"))),
                new Broken("dinov2-classify", "a picture that is not square", config("image_size", "[28, 56]")),
                new Broken("dinov2-classify", "an mlp_ratio of nothing", config("mlp_ratio", "0")));
    }

    @ParameterizedTest
    @MethodSource("brokenCheckpoints")
    void whatDoesNotLoadDoesNotRunHere(Broken broken) throws IOException {
        Path folder = copyOf(broken.fixture());
        broken.damage().to(folder);
        Optional<String> refusal = refusalOfRun(folder, broken.fixture());
        assertTrue(refusal.isPresent(), () -> broken + " loads after all");
        assertEquals("no: " + refusal.get(), verdict(folder));
    }

    @ParameterizedTest
    @MethodSource("goodCheckpoints")
    void whatLoadsRunsHere(String fixture) throws IOException {
        Path folder = Path.of(Run.fixture(fixture));
        assertEquals(Optional.empty(), refusalOfRun(folder, fixture));
        assertEquals("yes", verdict(folder));
    }

    static Stream<String> goodCheckpoints() {
        return Stream.of(
                "bert-base",
                "bert-mlm",
                "bert-ner",
                "bert-squad",
                "distilbert-base",
                "distilbert-bf16-sharded",
                "distilbert-fp16",
                "distilbert-mlm",
                "distilbert-mnli",
                "distilbert-regression",
                "distilbert-sst2",
                "sentence-embedding",
                "mpnet/sentence",
                "mpnet/sequence",
                "electra/masked",
                "electra/sequence",
                "electra/token",
                "gpt2/writing/model",
                "idefics/bf16-sharded",
                "perceiver/masked",
                "perceiver/sequence",
                "deit-distilled",
                "dinov2-classify",
                "dinov2-swiglu",
                "vit-base",
                "vit-classify");
    }

    @Test
    void aValueThatIsRefusedWithTheWholeConfigIsAVerdict() throws IOException {
        Path folder = copyOf("distilbert-sst2");
        config("problem_type", "\"guessing\"").to(folder);
        assertEquals("no: " + refusalOfRun(folder, "distilbert-sst2").orElseThrow(), verdict(folder));
    }

    /** There is nothing to say of a folder then, but why. */
    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"model_type\": \"bert\"", "nonsense"})
    void aConfigThatIsNoJsonFailsAsItDoesInARun(String text) throws IOException {
        Path folder = copyOf("distilbert-sst2");
        Files.writeString(folder.resolve("config.json"), text);
        Run run = Run.of("inspect", folder.toString());
        assertEquals(1, run.exitCode());
        assertEquals(
                "tesserae: " + refusalOfRun(folder, "distilbert-sst2").orElseThrow(),
                run.err().strip());
    }

    /** The encoder alone would run; the model of sentence-transformers, which it is, does not. */
    @Test
    void theModulesOfSentenceTransformersCount() throws IOException {
        Path folder = copyOf("bert-base");
        assertEquals("yes", verdict(folder));
        Files.writeString(
                folder.resolve("modules.json"), "[{\"idx\": 0, \"name\": \"0\", \"path\": \"\", \"type\": \"Fancy\"}]");
        Run run = Run.of("run", "sentence-embedding", "--model", folder.toString(), "the actors");
        assertEquals(1, run.exitCode(), run.err());
        assertEquals(
                "tesserae: " + verdict(folder).substring("no: ".length()),
                run.err().strip());
        assertTrue(verdict(folder).contains("modules.json"), verdict(folder));
    }

    /** The class is not supported, and stays so; what of it can be used is said beside. */
    @Test
    void whatRunsOfAnArchitectureThatDoesNotIsSaid() throws IOException {
        Path folder = copyOf("bert-mlm");
        config("architectures", "[\"BertForPreTraining\"]").to(folder);
        assertTrue(verdict(folder).contains("BertForPreTraining is not supported"), verdict(folder));
        assertTrue(
                Run.of("inspect", folder.toString()).lines().contains("runs for      feature-extraction, fill-mask"),
                verdict(folder));
        for (String task : List.of("feature-extraction", "fill-mask")) {
            Run run = Run.of("run", task, "--model", folder.toString(), "the [MASK].");
            assertEquals(0, run.exitCode(), run.err());
        }
        Files.delete(folder.resolve("model.safetensors"));
        assertTrue(!Run.of("inspect", folder.toString()).out().contains("runs for"));
    }

    /** No task asks it, but {@code forward} and {@code bench} run it. */
    @Test
    void aDiscriminatorLoads() throws IOException {
        Path folder = copyOf("electra/discriminator");
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(Path.of(Run.fixture("electra/sequence"), file), folder.resolve(file));
        }
        assertEquals("yes", verdict(folder));
        Run bench = Run.of("bench", "--model", folder.toString(), "--length", "9", "--seconds", "0.01");
        assertEquals(0, bench.exitCode(), bench.err());
        config("architectures", "[\"ElectraForCausalLM\"]").to(folder);
        assertTrue(verdict(folder).contains("ElectraForCausalLM is not supported"), verdict(folder));
        config("architectures", "[\"ElectraForPreTraining\"]").to(folder);
        config("is_decoder", "true").to(folder);
        assertTrue(verdict(folder).contains("is_decoder"), verdict(folder));
    }

    /** A checkpoint of some hundred MB, most of it a hole in the file: had the weights to be read, the test's memory would not do. */
    @Test
    void largeWeightsAreNotRead() throws IOException {
        Path folder = copyOf("bert-base");
        JsonObject config = read(folder.resolve("config.json"));
        int hidden = config.get("hidden_size").getAsInt();
        int wide = 1 << 20;
        config.addProperty("intermediate_size", wide);
        Files.writeString(folder.resolve("config.json"), config.toString());
        Path weights = folder.resolve("model.safetensors");
        Map<String, Stored> tensors = Stored.read(weights);
        JsonObject header = new JsonObject();
        long end = 0;
        for (Map.Entry<String, Stored> tensor : tensors.entrySet()) {
            String name = tensor.getKey();
            long[] shape = tensor.getValue().shape();
            if (name.endsWith("intermediate.dense.weight")) {
                shape = new long[] {wide, hidden};
            } else if (name.endsWith("intermediate.dense.bias")) {
                shape = new long[] {wide};
            } else if (name.matches(".*layer\\.\\d+\\.output\\.dense\\.weight")) {
                shape = new long[] {hidden, wide};
            }
            long bytes = 4 * Arrays.stream(shape).reduce(1, Math::multiplyExact);
            header.add(name, Stored.entry("F32", shape, end, end + bytes));
            end += bytes;
        }
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
            file.setLength(0);
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(text.length)
                    .array());
            file.write(text);
            file.setLength(8 + text.length + end);
        }
        long begin = System.nanoTime();
        assertEquals("yes", verdict(folder));
        assertTrue(System.nanoTime() - begin < 20_000_000_000L, "inspecting took longer than 20 s");
    }

    @Test
    void aModelThatWasOnlyCheckedDoesNotCompute() {
        try (AutoModel model = AutoModel.fromPretrained(
                ModelFiles.directory(Run.FIXTURES.resolve("distilbert-base")), Engine.checking())) {
            TokenBatch batch = TokenBatch.of(new int[] {2, 3});
            IllegalStateException refused =
                    Assertions.assertThrows(IllegalStateException.class, () -> model.forward(batch));
            assertTrue(refused.getMessage().contains("without its weights"), refused.getMessage());
        }
    }

    // --- The two verdicts

    private static String verdict(Path folder) {
        Run run = Run.of("inspect", folder.toString());
        assertEquals(0, run.exitCode(), run.err());
        String beginning = "runs here     ";
        return run.lines().stream()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElseThrow()
                .substring(beginning.length());
    }

    /** What {@code run} says to the folder; empty if it answers. */
    private static Optional<String> refusalOfRun(Path folder, String fixture) throws IOException {
        String task = task(read(Run.FIXTURES.resolve(fixture).resolve("config.json")));
        Run run = task.equals("question-answering")
                ? Run.of("run", task, "--model", folder.toString(), "--context", "the actors", "who?")
                : Run.of("run", task, "--model", folder.toString(), input(task));
        if (run.exitCode() == 0) {
            return Optional.empty();
        }
        assertEquals(1, run.exitCode(), run.err());
        String line = run.err().lines().findFirst().orElseThrow();
        assertTrue(line.startsWith("tesserae: "), line);
        return Optional.of(line.substring("tesserae: ".length()));
    }

    private static String task(JsonObject config) {
        String architecture = config.getAsJsonArray("architectures").get(0).getAsString();
        Head<?> head = Families.ALL.headOf(architecture).orElseThrow();
        if (head.equals(Head.IMAGE_ENCODER)) {
            return "image-feature-extraction";
        }
        if (head.equals(Head.CAUSAL_LM)) {
            return "text-generation";
        }
        if (head.equals(Head.IMAGE_TEXT_TO_TEXT)) {
            return "image-text-to-text";
        }
        return switch (head.suffix()) {
            case "ForSequenceClassification" -> "text-classification";
            case "ForTokenClassification" -> "token-classification";
            case "ForQuestionAnswering" -> "question-answering";
            case "ForMaskedLM" -> "fill-mask";
            case "Model" -> "feature-extraction";
            default -> "image-classification";
        };
    }

    private static String input(String task) {
        return switch (task) {
            case "image-classification", "image-feature-extraction" -> PICTURE;
            case "fill-mask" -> "the [MASK].";
            default -> "the actors";
        };
    }

    // --- Damage

    private Path copyOf(String fixture) throws IOException {
        Path copy = Files.createDirectory(temporary.resolve("model"));
        try (Stream<Path> files = Files.list(Path.of(Run.fixture(fixture)))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static Damage truncated(String file, int length) {
        return folder -> {
            Path path = folder.resolve(file);
            Files.write(path, Arrays.copyOf(Files.readAllBytes(path), length));
        };
    }

    private static Damage config(String key, String value) {
        return json("config.json", key, value);
    }

    private static Damage json(String file, String key, String value) {
        return folder -> {
            JsonObject object = read(folder.resolve(file));
            object.add(key, JsonParser.parseString(value));
            Files.writeString(folder.resolve(file), object.toString());
        };
    }

    private static Damage retyped(String tensor, String dtype, int bytes) {
        return tensors(all -> all.computeIfPresent(tensor, (_, stored) -> stored.as(dtype, bytes)));
    }

    private static Damage tensors(Consumer<Map<String, Stored>> edit) {
        return folder -> {
            Path path = folder.resolve("model.safetensors");
            Map<String, Stored> tensors = Stored.read(path);
            edit.accept(tensors);
            Stored.write(tensors, path);
        };
    }

    private static JsonObject read(Path path) throws IOException {
        return JsonParser.parseString(Files.readString(path)).getAsJsonObject();
    }

    /** A tensor as a file has it, of any type. */
    private record Stored(String dtype, long[] shape, byte[] bytes) {

        Stored reshaped(long... newShape) {
            return new Stored(dtype, newShape, bytes);
        }

        /** The same shape in another type, all zeros. */
        Stored as(String newDtype, int bytesOfElement) {
            long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            return new Stored(newDtype, shape, new byte[Math.toIntExact(elements * bytesOfElement)]);
        }

        static Map<String, Stored> read(Path path) throws IOException {
            ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
            int headerLength = Math.toIntExact(file.getLong());
            JsonObject header = JsonParser.parseString(
                            new String(file.array(), 8, headerLength, StandardCharsets.UTF_8))
                    .getAsJsonObject();
            Map<String, Stored> tensors = new LinkedHashMap<>();
            header.entrySet().stream()
                    .filter(entry -> !entry.getKey().equals("__metadata__"))
                    .forEach(entry -> {
                        JsonObject tensor = entry.getValue().getAsJsonObject();
                        List<Integer> offsets = tensor.getAsJsonArray("data_offsets").asList().stream()
                                .map(offset -> 8 + headerLength + offset.getAsInt())
                                .toList();
                        tensors.put(
                                entry.getKey(),
                                new Stored(
                                        tensor.get("dtype").getAsString(),
                                        tensor.getAsJsonArray("shape").asList().stream()
                                                .mapToLong(dimension -> dimension.getAsLong())
                                                .toArray(),
                                        Arrays.copyOfRange(file.array(), offsets.get(0), offsets.get(1))));
                    });
            return tensors;
        }

        static void write(Map<String, Stored> tensors, Path path) throws IOException {
            JsonObject header = new JsonObject();
            long end = 0;
            for (Map.Entry<String, Stored> tensor : tensors.entrySet()) {
                Stored stored = tensor.getValue();
                header.add(tensor.getKey(), entry(stored.dtype(), stored.shape(), end, end + stored.bytes().length));
                end += stored.bytes().length;
            }
            byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
            ByteBuffer file =
                    ByteBuffer.allocate(Math.toIntExact(8 + text.length + end)).order(ByteOrder.LITTLE_ENDIAN);
            file.putLong(text.length).put(text);
            tensors.values().forEach(stored -> file.put(stored.bytes()));
            Files.write(path, file.array());
        }

        static JsonObject entry(String dtype, long[] shape, long begin, long end) {
            JsonObject entry = new JsonObject();
            JsonArray dimensions = new JsonArray();
            Arrays.stream(shape).mapToObj(JsonPrimitive::new).forEach(dimensions::add);
            JsonArray offsets = new JsonArray();
            offsets.add(begin);
            offsets.add(end);
            entry.addProperty("dtype", dtype);
            entry.add("shape", dimensions);
            entry.add("data_offsets", offsets);
            return entry;
        }
    }
}

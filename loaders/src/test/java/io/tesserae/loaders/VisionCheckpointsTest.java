package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageEncoderOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Vision checkpoints under other names, with other heads, other sizes, and with something wrong. */
class VisionCheckpointsTest {

    private static final Path TEST_DATA = Path.of("..", "testdata");

    @TempDir
    private Path folder;

    // --- Names

    /** As transformers 5 has them in memory, and as it saves them: every class whose parameters we know. */
    static List<Arguments> stateDicts() throws IOException {
        JsonObject all = JsonParser.parseString(
                        Packed.text(TEST_DATA.resolve("spec-cases").resolve("state-dicts.json")))
                .getAsJsonObject();
        List<Arguments> cases = new ArrayList<>();
        for (String name : all.keySet()) {
            if (name.matches("(ViT|DeiT|Dinov2).*")) {
                JsonObject model = all.getAsJsonObject(name);
                cases.add(Arguments.of(name, "in memory", model.get("config"), model.get("state_dict")));
                cases.add(Arguments.of(name, "saved", model.get("config"), model.get("saved")));
            }
        }
        assertEquals(20, cases.size());
        return cases;
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("stateDicts")
    void everyStateDictOfTheReferenceLoads(String name, String how, JsonObject config, JsonObject shapes)
            throws IOException {
        Files.writeString(folder.resolve("config.json"), config.toString());
        SafetensorsWriter writer = new SafetensorsWriter();
        shapes.asMap().forEach((tensor, shape) -> writer.add(tensor, zeros(shape.getAsJsonArray())));
        writer.write(folder.resolve("model.safetensors"));
        try (AutoVisionModel model = AutoVisionModel.fromPretrained(folder)) {
            assertEquals(0f, encode(model).lastHiddenState().get(0, 0)); // all weights are zero
        }
        if (name.contains("ForImageClassification")) {
            try (var model = AutoModelForImageClassification.fromPretrained(folder)) {
                assertEquals(2, model.classifier().labels());
            }
        } else {
            assertRefused(() -> AutoModelForImageClassification.fromPretrained(folder), "classifier", "missing");
        }
    }

    private static Tensor zeros(JsonArray shape) {
        return Tensor.zeros(
                shape.asList().stream().mapToInt(JsonElement::getAsInt).toArray());
    }

    @ParameterizedTest
    @CsvSource({
        "vit-base, vit.",
        "vit-classify, vit.",
        "deit-distilled, deit.",
        "dinov2-classify, dinov2.",
        "dinov2-swiglu, dinov2."
    })
    void otherSpellingsOfTheNamesAreTheSameModel(String fixture, String prefix) throws IOException {
        copy(fixture, name -> name);
        float[] expected = lastHiddenState();
        copy(fixture, name -> renamed(name, fixture));
        assertArrayEquals(expected, lastHiddenState());
        copy(fixture, name -> name.replaceFirst("^" + prefix, ""));
        assertArrayEquals(expected, lastHiddenState());
        copy(fixture, name -> name.startsWith(prefix) || name.contains("classifier") ? name : prefix + name);
        assertArrayEquals(expected, lastHiddenState());
    }

    /** From the hub's names to those of transformers 5 in memory. */
    private static String renamed(String name, String fixture) {
        name = name.replaceFirst("attention\\.attention\\.(query|key|value)", "attention.$1_proj")
                .replace("query_proj", "q_proj")
                .replace("key_proj", "k_proj")
                .replace("value_proj", "v_proj")
                .replace("attention.output.dense", "attention.o_proj");
        return fixture.startsWith("dinov2")
                ? name
                : name.replace("encoder.layer.", "layers.")
                        .replace("intermediate.dense", "mlp.fc1")
                        .replace("output.dense", "mlp.fc2");
    }

    /** {@code weights_in} of the files is {@code gate_proj} above {@code up_proj}. */
    @Test
    void gatesInTwoTensorsAreTheSameModel() throws IOException {
        copy("dinov2-swiglu", name -> name);
        float[] expected = lastHiddenState();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensorsOf("dinov2-swiglu").forEach((name, tensor) -> {
            if (name.contains("weights_in")) {
                int half = tensor.size() / 2;
                int[] shape = tensor.shape();
                shape[0] /= 2;
                tensors.put(
                        name.replace("weights_in", "gate_proj"), Tensor.of(Arrays.copyOf(tensor.data(), half), shape));
                tensors.put(
                        name.replace("weights_in", "up_proj"),
                        Tensor.of(Arrays.copyOfRange(tensor.data(), half, 2 * half), shape));
            } else {
                tensors.put(name.replace("weights_out", "down_proj"), tensor);
            }
        });
        write(tensors);
        assertArrayEquals(expected, lastHiddenState());
    }

    // --- Heads

    @Test
    void aPoolerIsNeverMadeUpAndNeverMistakenForUnknown() throws IOException {
        copy("vit-base", name -> name);
        try (AutoVisionModel model = AutoVisionModel.fromPretrained(folder)) {
            assertTrue(encode(model).poolerOutput().isPresent());
        }
        Map<String, Tensor> tensors = tensorsOf("vit-base");
        tensors.remove("pooler.dense.bias");
        write(tensors);
        assertRefused(() -> AutoVisionModel.fromPretrained(folder), "pooler.dense.bias", "missing");
        tensors.remove("pooler.dense.weight");
        write(tensors);
        try (AutoVisionModel model = AutoVisionModel.fromPretrained(folder)) {
            assertTrue(encode(model).poolerOutput().isEmpty());
        }
    }

    @Test
    void thePoolersWidthAndActivationAreTheConfigs() throws IOException {
        copy("vit-base", name -> name);
        Map<String, Tensor> tensors = tensorsOf("vit-base");
        tensors.put("pooler.dense.weight", Tensor.zeros(7, 24));
        tensors.put("pooler.dense.bias", Tensor.of(new float[] {-3, 1, 2, 3, 4, 5, 6}, 7));
        write(tensors);
        config("vit-base", config -> {
            config.addProperty("pooler_output_size", 7);
            config.addProperty("pooler_act", "relu");
        });
        try (AutoVisionModel model = AutoVisionModel.fromPretrained(folder)) {
            Tensor pooled = encode(model).poolerOutput().orElseThrow();
            assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5, 6}, Arrays.copyOf(pooled.data(), 7));
        }
    }

    /** {@code architectures} says which head a DeiT has; where it is silent, the tensors do. */
    @Test
    void deitsHeads() throws IOException {
        copy("deit-distilled", name -> name);
        assertTrue(hasTeacher());
        config("deit-distilled", config -> config.remove("architectures"));
        assertTrue(hasTeacher());
        Map<String, Tensor> tensors = tensorsOf("deit-distilled");
        tensors.put("classifier.weight", tensors.get("cls_classifier.weight"));
        tensors.put("classifier.bias", tensors.get("cls_classifier.bias"));
        write(tensors);
        JsonArray one = new JsonArray();
        one.add("DeiTForImageClassification");
        config("deit-distilled", config -> config.add("architectures", one));
        assertFalse(hasTeacher());
        tensors.keySet().removeIf(name -> name.contains("cls_classifier"));
        write(tensors);
        config("deit-distilled", config -> config.remove("architectures"));
        assertFalse(hasTeacher());
    }

    private boolean hasTeacher() {
        try (var model = AutoModelForImageClassification.fromPretrained(folder)) {
            ImageEncoder encoder = (ImageEncoder) model.classifier().backbone();
            assertEquals(2, encoder.prefixTokens());
            return model.forward(ImageBatch.of(Tensor.zeros(1, 3, 32, 32)))
                    .distillationLogits()
                    .isPresent();
        }
    }

    // --- What is wrong with the weights

    @ParameterizedTest
    @CsvSource({"vit-classify", "deit-distilled", "dinov2-classify", "dinov2-swiglu", "vit-base"})
    void everyTensorThatIsMissingOrOfAnotherShapeIsNamed(String fixture) throws IOException {
        copy(fixture, name -> name);
        for (String name : tensorsOf(fixture).keySet()) {
            if (name.matches(".*encoder.layer.1.*") || name.endsWith("mask_token")) {
                continue; // the first layer speaks for both, and the mask token is for training
            }
            Map<String, Tensor> tensors = tensorsOf(fixture);
            Tensor removed = tensors.remove(name);
            write(tensors);
            assertRefused(() -> load(fixture), "missing", name);
            int[] shape = removed.shape();
            shape[0]++;
            tensors.put(name, Tensor.zeros(shape));
            write(tensors);
            assertRefused(() -> load(fixture), "\"" + name + "\"", "expected shape", "found [" + shape[0]);
        }
    }

    @Test
    void aTensorOfNoLayerIsUnexpected() throws IOException {
        for (String name : new String[] {
            "vit.encoder.layer.2.output.dense.bias",
            "embeddings.register_tokens",
            "embeddings.bias",
            "head.weight",
            "layers.0.mlp.fc1.weight"
        }) {
            copy("vit-base", same -> same);
            Map<String, Tensor> tensors = tensorsOf("vit-base");
            tensors.put(name, Tensor.zeros(1));
            write(tensors);
            assertRefused(() -> AutoVisionModel.fromPretrained(folder), name, "no such tensor");
        }
    }

    @Test
    void biasesOfQueriesAreThereOrNotAsTheConfigSays() throws IOException {
        copy("vit-base", name -> name);
        config("vit-base", config -> config.addProperty("qkv_bias", false));
        assertRefused(() -> AutoVisionModel.fromPretrained(folder), ".bias", "no such tensor");
        Map<String, Tensor> tensors = tensorsOf("vit-base");
        tensors.keySet().removeIf(name -> name.matches(".*attention.attention.*bias"));
        write(tensors);
        AutoVisionModel.fromPretrained(folder).close();
    }

    // --- What config.json says

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vit-base | image_size | 0 | image_size",
                "vit-base | image_size | -32 | image_size",
                "vit-base | image_size | 1000000000 | image_size",
                "vit-base | image_size | 1032 | at most 16384 patches in a picture",
                "vit-base | image_size | [32] | height and width",
                "vit-base | image_size | [32, 32, 32] | height and width",
                "vit-base | image_size | [32, \"x\"] | image_size[1]",
                "vit-base | image_size | 40 | position_embeddings",
                "vit-base | patch_size | 0 | patch_size",
                "vit-base | patch_size | 33 | at most image_size",
                "vit-base | patch_size | [8, 33] | at most image_size",
                "vit-base | patch_size | null | patch_size",
                "vit-base | patch_size | 7 | projection.weight",
                "vit-base | num_channels | 1 | projection.weight",
                "vit-base | num_channels | 2000000000 | num_channels",
                "vit-base | hidden_size | 1000000000 | hidden_size",
                "vit-base | hidden_size | 1048576 | shape",
                "vit-base | num_attention_heads | 5 | divisor",
                "vit-base | num_attention_heads | 0 | num_attention_heads",
                "vit-base | num_hidden_layers | 1 | no such tensor",
                "vit-base | num_hidden_layers | 3 | missing",
                "vit-base | num_hidden_layers | 100000 | num_hidden_layers",
                "vit-base | hidden_act | \"swoosh\" | hidden_act",
                "vit-base | pooler_act | \"swoosh\" | pooler_act",
                "vit-base | pooler_output_size | 5 | pooler.dense",
                "vit-base | layer_norm_eps | -1 | layer_norm_eps",
                "vit-base | layer_norm_eps | \"x\" | layer_norm_eps",
                "vit-base | qkv_bias | 1 | qkv_bias",
                "vit-base | head_dim | 12 | head_dim",
                "vit-base | num_register_tokens | 4 | num_register_tokens",
                "vit-base | is_decoder | true | is_decoder",
                "vit-base | quantization_config | {} | quantization_config",
                "vit-base | model_type | \"swin\" | vit, deit, dinov2",
                "vit-base | model_type | \"distilbert\" | AutoModel",
                "deit-distilled | num_register_tokens | 1 | num_register_tokens",
                "dinov2-swiglu | num_register_tokens | 4 | num_register_tokens",
                "dinov2-swiglu | use_swiglu_ffn | false | fc1",
                "dinov2-swiglu | mlp_ratio | 0 | mlp_ratio",
                "dinov2-swiglu | mlp_ratio | 1e30 | mlp_ratio",
                "dinov2-swiglu | mlp_ratio | 3 | weights_in",
                "dinov2-swiglu | image_size | [32, 64] | image_size",
                "dinov2-classify | use_swiglu_ffn | true | weights_",
            })
    void aKeyThatDoesNotFitIsNamed(String fixture, String key, String value, String why) throws IOException {
        copy(fixture, name -> name);
        config(fixture, config -> config.add(key, JsonParser.parseString(value)));
        assertRefused(() -> AutoVisionModel.fromPretrained(folder), why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "head_dim | 6",
                "num_register_tokens | 0",
                "pooler_output_size | null",
                "pooler_output_size | 0",
                "encoder_stride | 7",
                "image_size | [32, 32]",
                "image_size | 39",
                "patch_size | [8, 8]",
                "layerscale_value | 3",
                "drop_path_rate | 0.5",
                "initializer_range | 3"
            })
    void aKeyThatChangesNothingDoesNot(String key, String value) throws IOException {
        copy("vit-base", name -> name);
        float[] expected = lastHiddenState();
        config("vit-base", config -> config.add(key, JsonParser.parseString(value)));
        assertArrayEquals(expected, lastHiddenState());
    }

    @Test
    void theWrongClassNamesTheRightOne() throws IOException {
        Path vision = TEST_DATA.resolve("fixtures").resolve("vit-classify");
        Path text = TEST_DATA.resolve("fixtures").resolve("distilbert-sst2");
        assertRefused(() -> AutoModel.fromPretrained(vision), "AutoModelForImageClassification", "AutoVisionModel");
        assertRefused(
                () -> AutoModelForSequenceClassification.fromPretrained(vision), "AutoModelForImageClassification");
        assertRefused(() -> AutoModelForImageClassification.fromPretrained(text), "AutoModelForSequenceClassification");
        assertRefused(() -> AutoVisionModel.fromPretrained(text), "AutoModel ");
        copy("vit-base", name -> name);
        config("vit-base", config -> config.addProperty("model_type", "swin"));
        assertRefused(() -> AutoVisionModel.fromPretrained(folder), "\"swin\"", "vit, deit, dinov2");
        assertRefused(() -> AutoModel.fromPretrained(folder), "\"swin\"", "distilbert");
    }

    // --- Pictures

    /** Patches that are not square, in a picture that is not; pixels that fill no patch are left out, as by a convolution. */
    @Test
    void patchesNeedNotBeSquareNorDivideThePicture() throws IOException {
        copy("vit-base", name -> name);
        Map<String, Tensor> tensors = tensorsOf("vit-base");
        tensors.put("embeddings.patch_embeddings.projection.weight", random(24, 3, 4, 16));
        tensors.put("embeddings.position_embeddings", random(1, 1 + 4 * 2, 24));
        write(tensors);
        config("vit-base", config -> {
            config.add("image_size", JsonParser.parseString("[19, 37]"));
            config.add("patch_size", JsonParser.parseString("[4, 16]"));
        });
        try (AutoVisionModel model = AutoVisionModel.fromPretrained(folder)) {
            ImageEncoder encoder = model.encoder();
            assertEquals(
                    List.of(19, 37, 4, 16),
                    List.of(encoder.imageHeight(), encoder.imageWidth(), encoder.patchHeight(), encoder.patchWidth()));
            Tensor picture = random(3, 19, 37);
            float[] expected = model.forward(ImageBatch.of(List.of(picture)))
                    .lastHiddenState()
                    .toArray();
            assertEquals(9 * 24, expected.length);
            picture.data()[18 * 37 + 3] += 1; // in the last row, below all patches
            picture.data()[3 * 37 + 32] += 1; // right of them
            assertArrayEquals(
                    expected,
                    model.forward(ImageBatch.of(List.of(picture)))
                            .lastHiddenState()
                            .toArray());
            picture.data()[15 * 37 + 31] += 1; // the last pixel that counts
            float[] changed = model.forward(ImageBatch.of(List.of(picture)))
                    .lastHiddenState()
                    .toArray();
            assertTrue(!Arrays.equals(expected, changed));
            assertRefused(
                    () -> model.forward(ImageBatch.of(List.of(random(3, 40, 40))), OutputOptions.RESULT_ONLY, true),
                    "as many patches down as across");
        }
    }

    @Test
    void picturesThatTheModelDoesNotTakeAreRefused() throws IOException {
        copy("vit-base", name -> name);
        try (AutoVisionModel model = AutoVisionModel.fromPretrained(folder)) {
            List<Tensor> pictures = List.of(random(3, 32, 32), random(3, 32, 40));
            assertRefused(() -> model.forward(ImageBatch.of(pictures)), "picture 1", "32 x 40", "32 x 32", "resize");
            assertRefused(() -> model.forward(ImageBatch.of(random(1, 1, 32, 32))), "takes 3 channels");
            assertRefused(
                    () -> model.forward(ImageBatch.of(random(1, 3, 7, 32)), OutputOptions.RESULT_ONLY, true),
                    "a patch alone is 8 x 8");
            assertEquals(
                    17 + 21,
                    model.forward(ImageBatch.of(pictures), OutputOptions.RESULT_ONLY, true)
                            .lastHiddenState()
                            .dimension(0));
        }
        copy("dinov2-swiglu", name -> name);
        try (AutoVisionModel model = AutoVisionModel.fromPretrained(folder)) {
            assertEquals(21, model.forward(ImageBatch.of(random(1, 3, 32, 40))).sequenceStarts()[1]);
        }
    }

    // --- Making checkpoints

    private void load(String fixture) {
        if (fixture.contains("classify") || fixture.contains("distilled")) {
            AutoModelForImageClassification.fromPretrained(folder);
        } else {
            AutoVisionModel.fromPretrained(folder);
        }
    }

    private float[] lastHiddenState() {
        try (AutoVisionModel model = AutoVisionModel.fromPretrained(folder)) {
            return encode(model).lastHiddenState().toArray();
        }
    }

    private static ImageEncoderOutput encode(AutoVisionModel model) {
        Tensor picture = Tensor.zeros(3, 32, 32);
        for (int i = 0; i < picture.size(); i++) {
            picture.data()[i] = (float) Math.sin(i);
        }
        return model.forward(ImageBatch.of(List.of(picture)), OutputOptions.RESULT_ONLY, true);
    }

    private static Tensor random(int... shape) {
        Random random = new Random(1);
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) random.nextGaussian();
        }
        return tensor;
    }

    private void copy(String fixture, UnaryOperator<String> names) throws IOException {
        config(fixture, config -> {});
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensorsOf(fixture).forEach((name, tensor) -> tensors.put(names.apply(name), tensor));
        write(tensors);
    }

    private void config(String fixture, Consumer<JsonObject> edit) throws IOException {
        Path original = TEST_DATA.resolve("fixtures").resolve(fixture).resolve("config.json");
        JsonObject config = JsonParser.parseString(Files.readString(original)).getAsJsonObject();
        edit.accept(config);
        Files.writeString(
                folder.resolve("config.json"),
                new GsonBuilder().serializeNulls().create().toJson(config));
    }

    private static Map<String, Tensor> tensorsOf(String fixture) throws IOException {
        Path original = TEST_DATA.resolve("fixtures").resolve(fixture).resolve("model.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(original)) {
            file.names().forEach(name -> tensors.put(name, Fixture.tensor(file, name)));
        }
        return tensors;
    }

    private void write(Map<String, Tensor> tensors) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        tensors.forEach(writer::add);
        writer.write(folder.resolve("model.safetensors"));
    }

    private static void assertRefused(Executable call, String... why) {
        RuntimeException e = assertThrows(RuntimeException.class, call);
        assertTrue(e instanceof ModelLoadingException || e instanceof IllegalArgumentException, e.toString());
        for (String part : why) {
            assertTrue(e.getMessage().contains(part), part + " is not in: " + e.getMessage());
        }
    }
}

package io.tesserae.fuzz;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.management.ThreadMXBean;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.AutoModelForImageTextToText;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes that no model has are refused while they are still numbers: nothing is allocated for them. */
class AbsurdConfigTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    /** The small models' weights may have been read, no more. */
    private static final long BYTES = 64 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The keys that are sizes, by the fixture of a family; {@code part.key} is a key of a part's own configuration. */
    private static final Map<String, List<String>> SIZES = Map.of(
            "mpnet/base",
            List.of(
                    "hidden_size",
                    "num_hidden_layers",
                    "num_attention_heads",
                    "intermediate_size",
                    "vocab_size",
                    "max_position_embeddings",
                    "relative_attention_num_buckets"),
            "gpt2/base",
            List.of("n_embd", "n_layer", "n_head", "n_inner", "n_positions", "vocab_size"),
            "blip/caption",
            List.of(
                    "text_config.hidden_size",
                    "text_config.num_hidden_layers",
                    "text_config.num_attention_heads",
                    "text_config.intermediate_size",
                    "text_config.vocab_size",
                    "text_config.max_position_embeddings",
                    "vision_config.hidden_size",
                    "vision_config.num_hidden_layers",
                    "vision_config.num_attention_heads",
                    "vision_config.intermediate_size",
                    "vision_config.image_size",
                    "vision_config.patch_size"),
            "gpt2/writing/caption",
            List.of(
                    "encoder.hidden_size",
                    "encoder.num_hidden_layers",
                    "encoder.image_size",
                    "decoder.n_embd",
                    "decoder.n_layer",
                    "decoder.n_positions",
                    "decoder.vocab_size"),
            "distilbert-base",
            List.of("dim", "n_layers", "n_heads", "hidden_dim", "vocab_size", "max_position_embeddings"),
            "vit-base",
            List.of(
                    "hidden_size",
                    "num_hidden_layers",
                    "num_attention_heads",
                    "intermediate_size",
                    "image_size",
                    "patch_size",
                    "num_channels"),
            "dinov2-swiglu",
            List.of(
                    "hidden_size",
                    "num_hidden_layers",
                    "num_attention_heads",
                    "mlp_ratio",
                    "image_size",
                    "patch_size"));

    /** Zero, negative, a billion, products that overflow 32 and 64 bits, numbers that no double holds, and what is no number. */
    private static final List<String> ABSURD = List.of(
            "-1",
            "1000000000",
            "2147483647",
            "2147483648",
            "4294967297",
            "9223372036854775808",
            "1e999",
            "-1e999",
            "1e-999",
            "\"12\"",
            "[]",
            "{}",
            "9".repeat(1000));

    @TempDir
    Path folder;

    static Stream<Arguments> everySize() {
        return SIZES.entrySet().stream()
                .flatMap(sizes -> sizes.getValue().stream().map(key -> Arguments.of(sizes.getKey(), key)));
    }

    @ParameterizedTest
    @MethodSource("everySize")
    void anAbsurdSizeIsRefusedBeforeMemoryIsAskedFor(String fixture, String key) throws IOException {
        Files.copy(FIXTURES.resolve(fixture, "model.safetensors"), folder.resolve("model.safetensors"));
        for (String value : ABSURD) {
            refuse(fixture, key, value);
        }
        if (!key.endsWith("layers") && !key.endsWith("n_layer")) { // none is absurd, but a model
            refuse(fixture, key, "0");
        }
        if (!key.equals("mlp_ratio")) {
            refuse(fixture, key, "0.5");
        }
    }

    private void refuse(String fixture, String key, String value) throws IOException {
        JsonObject config = JsonParser.parseString(Files.readString(FIXTURES.resolve(fixture, "config.json")))
                .getAsJsonObject();
        int dot = key.indexOf('.');
        JsonObject part = dot < 0 ? config : config.getAsJsonObject(key.substring(0, dot));
        part.addProperty(key.substring(dot + 1), "VALUE");
        Files.writeString(folder.resolve("config.json"), config.toString().replace("\"VALUE\"", value));
        long before = THREADS.getCurrentThreadAllocatedBytes();
        ModelLoadingException e = assertThrows(ModelLoadingException.class, () -> load(fixture), key + ": " + value);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        String where = "config.json: " + key.replace(".", ": ");
        assertTrue(e.getMessage().contains(where + ": expected "), e.getMessage());
        assertTrue(allocated < BYTES, key + ": " + value + ": " + allocated + " bytes");
    }

    /** A layer norm with such an epsilon would answer NaN, or divide by zero in the dark. */
    @ParameterizedTest
    @MethodSource("notANumber")
    void anEpsilonIsANumberFromZeroToOne(String value) throws IOException {
        Files.copy(FIXTURES.resolve("vit-base", "model.safetensors"), folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve("config.json"),
                Files.readString(FIXTURES.resolve("vit-base", "config.json"))
                        .replaceAll("\"layer_norm_eps\": [^,]+", "\"layer_norm_eps\": " + value));
        ModelLoadingException e = assertThrows(ModelLoadingException.class, () -> load("vit-base"));
        assertTrue(e.getMessage().contains("config.json"), e.getMessage());
    }

    static Stream<String> notANumber() {
        return Stream.of("NaN", "Infinity", "-Infinity", "1e999", "-1e-12", "2", "null", "\"1e-12\"", "[1e-12]");
    }

    private void load(String fixture) throws IOException {
        PretrainedConfig config = PretrainedConfig.read(ModelFiles.directory(FIXTURES.resolve(fixture)));
        if (config.takesTokens()) {
            AutoModel.fromPretrained(folder).close();
        } else if (config.takesPixels()) {
            AutoVisionModel.fromPretrained(folder).close();
        } else {
            AutoModelForImageTextToText.fromPretrained(folder).close();
        }
    }
}

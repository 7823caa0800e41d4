package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints of compressed-tensors: linear layers' weights as whole numbers of 8 bits, with a factor for each row. */
class QuantizedCheckpointTest {

    private static final Path CHECKPOINT = Path.of("../testdata/fixtures/distilbert-sst2");
    private static final TokenBatch BATCH = TokenBatch.of(new int[] {2, 17, 40, 5, 3}, new int[] {2, 9, 3});
    private static final String QUANTIZATION = """
            {"quant_method": "compressed-tensors", "format": "int-quantized", "ignore": ["classifier"],
            "kv_cache_scheme": null, "sparsity_config": {}, "quantization_status": "compressed",
            "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "output_activations": null,
            "weights": {"num_bits": 8, "type": "int", "strategy": "channel", "symmetric": true, "dynamic": false}}}}
            """;

    @TempDir
    Path folder;

    /** What is rounded as the engine rounds has its bits, wherever it was rounded. */
    @Test
    void aFileHasTheBitsOfRoundingWhenItIsLoaded() throws IOException {
        write(
                QUANTIZATION,
                127,
                "attention.q_lin|attention.k_lin|attention.v_lin|attention.out_lin|ffn.lin|classifier");
        try (Engine engine = Engine.builder().weightPrecision(Precision.INT8).build()) {
            assertArrayEquals(logits(CHECKPOINT, engine), logits(folder, Engine.shared()));
        }
    }

    /** Factors that are none of this engine's: the answers are those of the products as float32, up to the last bits. */
    @Test
    void otherFactorsAreKept() throws IOException {
        write(QUANTIZATION, 90, "attention.q_lin|attention.k_lin|ffn.lin1");
        float[] found = logits(folder, Engine.shared());
        Path widened = folder.resolve("widened");
        Files.createDirectories(widened);
        Files.copy(CHECKPOINT.resolve("config.json"), widened.resolve("config.json"));
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
            for (String name : file.names()) {
                if (name.endsWith("_scale")) {
                    continue;
                }
                float[] values = values(file, name);
                if (file.names().contains(name + "_scale")) {
                    float[] scales = values(file, name + "_scale");
                    int columns = values.length / scales.length;
                    for (int i = 0; i < values.length; i++) {
                        values[i] *= scales[i / columns];
                    }
                }
                writer.addFloats(name, values, file.shape(name));
            }
        }
        writer.write(widened.resolve("model.safetensors"));
        assertArrayEquals(logits(widened, Engine.shared()), found, 2e-5f);
        assertTrue(Math.abs(found[0] - logits(CHECKPOINT, Engine.shared())[0]) > 1e-6f);
    }

    @Test
    void whatElseAFileMaySayIsRefusedByName() throws IOException {
        assertRefused(QUANTIZATION.replace("int-quantized", "pack-quantized"), "format: expected int-quantized");
        assertRefused(QUANTIZATION.replace("\"num_bits\": 8", "\"num_bits\": 4"), "num_bits: expected 8");
        assertRefused(QUANTIZATION.replace("\"channel\"", "\"group\""), "strategy: expected channel or tensor");
        assertRefused(QUANTIZATION.replace("\"type\": \"int\"", "\"type\": \"float\""), "type: expected int");
        assertRefused(QUANTIZATION.replace("\"symmetric\": true", "\"symmetric\": false"), "symmetric: expected true");
        assertRefused(
                QUANTIZATION.replace("\"input_activations\": null", "\"input_activations\": {\"num_bits\": 8}"),
                "input_activations: expected null: activations stay float32");
        assertRefused(QUANTIZATION.replace("compressed-tensors", "gptq"), "quantization_config: expected no such key");
    }

    @Test
    void factorsThatDoNotFitAreRefused() throws IOException {
        write(QUANTIZATION, 127, "ffn.lin1");
        rewrite("scale", new float[] {1f, 2f, 3f}, 3, 1);
        assertSays("expected shape [");
        write(QUANTIZATION, 127, "ffn.lin1");
        rewrite("scale", new float[] {Float.NaN}, 1);
        assertSays("expected numbers greater than 0, found NaN");
        write(QUANTIZATION, 127, "nothing");
        rewrite("classifier.weight_scale", new float[] {1f}, 1);
        assertSays("expected a matrix of I8 beside it");
    }

    private void assertRefused(String quantization, String part) throws IOException {
        write(quantization, 127, "ffn.lin1");
        assertSays(part);
    }

    private void assertSays(String part) {
        String message = assertThrows(ModelLoadingException.class, () -> logits(folder, Engine.shared()))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    private static float[] logits(Path checkpoint, Engine engine) {
        try (var model = AutoModelForSequenceClassification.fromPretrained(ModelFiles.directory(checkpoint), engine)) {
            return model.forward(BATCH).logits().data();
        }
    }

    private static float[] values(SafetensorsFile file, String name) {
        float[] values =
                new float[Math.toIntExact(Arrays.stream(file.shape(name)).reduce(1, Math::multiplyExact))];
        file.read(name, 0, values, 0, values.length);
        return values;
    }

    /** @param most magnitude of a row's codes; 127 is what the engine takes */
    private void write(String quantization, int most, String which) throws IOException {
        JsonObject config = JsonParser.parseString(Files.readString(CHECKPOINT.resolve("config.json")))
                .getAsJsonObject();
        config.add("quantization_config", JsonParser.parseString(quantization));
        Files.writeString(folder.resolve("config.json"), config.toString());
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(CHECKPOINT.resolve("model.safetensors"))) {
            for (String name : file.names()) {
                float[] values = values(file, name);
                long[] shape = file.shape(name);
                boolean rounded = name.matches(".*(" + which + ").*\\.weight");
                if (!rounded) {
                    writer.addFloats(name, values, shape);
                    continue;
                }
                int rows = (int) shape[0];
                int columns = (int) shape[1];
                float[] scales = new float[rows];
                byte[] codes = new byte[values.length];
                for (int row = 0; row < rows; row++) {
                    for (int i = row * columns; i < (row + 1) * columns; i++) {
                        scales[row] = Math.max(scales[row], Math.abs(values[i]));
                    }
                    scales[row] /= most;
                    for (int i = row * columns; i < (row + 1) * columns; i++) {
                        codes[i] = (byte) Math.rint(values[i] / scales[row]);
                    }
                }
                writer.add(name, DType.I8, shape, out -> out.write(codes));
                writer.addFloats(name + "_scale", scales, rows, 1);
            }
        }
        writer.write(folder.resolve("model.safetensors"));
    }

    /** The same file with another tensor in the place of the first whose name ends so, or beside the others. */
    private void rewrite(String ending, float[] values, long... shape) throws IOException {
        Path copy = folder.resolve("copy.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        boolean found = false;
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
            for (String name : file.names()) {
                if (!found && name.endsWith(ending)) {
                    writer.addFloats(name, values, shape);
                    found = true;
                } else if (name.endsWith("_scale") || !file.names().contains(name + "_scale")) {
                    writer.addFloats(name, values(file, name), file.shape(name));
                } else {
                    float[] codes = values(file, name);
                    byte[] bytes = new byte[codes.length];
                    for (int i = 0; i < bytes.length; i++) {
                        bytes[i] = (byte) codes[i];
                    }
                    writer.add(name, DType.I8, file.shape(name), out -> out.write(bytes));
                }
            }
        }
        if (!found) {
            writer.addFloats(ending, values, shape);
        }
        writer.write(copy);
        Files.move(copy, folder.resolve("model.safetensors"), StandardCopyOption.REPLACE_EXISTING);
    }
}

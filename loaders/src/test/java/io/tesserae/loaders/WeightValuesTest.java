package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.WeightException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and types that no trained model has: refused by name, or computed as the reference computes them, never in silence. */
class WeightValuesTest {

    private static final Path SST2 = Path.of("..", "testdata", "fixtures", "distilbert-sst2");
    private static final String WORDS = "distilbert.embeddings.word_embeddings.weight";
    private static final String LINEAR = "distilbert.transformer.layer.1.ffn.lin1.weight";

    @TempDir
    Path folder;

    /** Norms, biases, tables and linear weights, read or packed: all are looked at when the model is loaded. */
    @ParameterizedTest
    @CsvSource({
        "distilbert.embeddings.position_embeddings.weight, '[3, 5]'",
        "distilbert.embeddings.LayerNorm.weight, '[5]'",
        "distilbert.transformer.layer.0.attention.k_lin.weight, '[3, 5]'",
        "distilbert.transformer.layer.0.attention.out_lin.bias, '[5]'",
        "distilbert.transformer.layer.1.ffn.lin2.weight, '[3, 5]'",
        "distilbert.transformer.layer.1.output_layer_norm.bias, '[5]'",
        "pre_classifier.weight, '[3, 5]'",
        "classifier.weight, '[1, 5]'"
    })
    void aValueThatIsNoNumberIsRefusedWhenTheModelIsLoaded(String tensor, String index) throws IOException {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            checkpoint(tensor, DType.F32, element -> isAt(element, index) ? value : 0.5);
            refusedAtLoading(tensor, "element " + index, "found " + (float) value);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "F64, NaN, NaN",
        "F64, 1e39, Infinity",
        "F32, -Infinity, -Infinity",
        "F16, NaN, NaN",
        "F16, 1e9, Infinity",
        "BF16, NaN, NaN",
        "BF16, -Infinity, -Infinity"
    })
    void inEveryTypeOfMoreThanEightBits(DType dtype, double value, float found) throws IOException {
        checkpoint(LINEAR, dtype, element -> element[0] == 31 && element[1] == 2 ? value : 0.25);
        refusedAtLoading(LINEAR, dtype + " [", "element [31, 2]", "found " + found);
    }

    @ParameterizedTest
    @CsvSource({
        "F8_E4M3, 7f, NaN",
        "F8_E4M3FNUZ, 80, NaN",
        "F8_E5M2, fc, -Infinity",
        "F8_E5M2FNUZ, 80, NaN",
        "F8_E8M0, ff, NaN"
    })
    void andOfEight(DType dtype, String code, float found) throws IOException {
        byte[] bytes = codes(LINEAR);
        bytes[7] = (byte) Integer.parseInt(code, 16);
        checkpoint(LINEAR, dtype, bytes);
        refusedAtLoading(LINEAR, dtype + " [", "element [0, 7]", "found " + found);
    }

    /** The table stays in the file, so what is in a row is seen when a text has the word. */
    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY})
    void aWordsRowIsRefusedWhenTheWordComes(double value) throws IOException {
        checkpoint(WORDS, DType.F32, element -> element[0] == 77 && element[1] == 3 ? value : 0.01 * element[1]);
        try (var model = AutoModelForSequenceClassification.fromPretrained(folder)) {
            model.forward(TokenBatch.of(new int[][] {{2, 76, 78, 3}}));
            var error = assertThrows(
                    WeightException.class, () -> model.forward(TokenBatch.of(new int[][] {{2, 76, 77, 3}})));
            assertMentions(error, "model.safetensors", WORDS, "element [77, 3]", "found " + (float) value);
            model.forward(TokenBatch.of(new int[][] {{2, 76, 78, 3}}));
        }
    }

    /** Kernels that read linear weights where they are stored see them first when they multiply. */
    @Test
    void weightsThatStayInTheFileAreLookedAtWhenTheyAreUsed() throws IOException {
        checkpoint(LINEAR, DType.F32, element -> element[0] == 4 && element[1] == 6 ? Double.NaN : 0.25);
        String property = "tesserae.kernels";
        String before = System.getProperty(property);
        System.setProperty(property, "warming");
        try (Engine warming = Engine.builder().build();
                var model = AutoModelForSequenceClassification.fromPretrained(ModelFiles.directory(folder), warming)) {
            for (int call = 0; call < 2; call++) {
                var error = assertThrows(
                        WeightException.class, () -> model.forward(TokenBatch.of(new int[][] {{2, 76, 3}})));
                assertMentions(error, "model.safetensors", LINEAR, "element [4, 6]", "found NaN");
            }
        } finally {
            if (before == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, before);
            }
        }
    }

    /** The decoder of a masked language model is the table of words, and that is packed as a whole. */
    @Test
    void aTableThatIsAlsoADecoderIsRefusedWhenTheModelIsLoaded() throws IOException {
        copy(Packed.checkpoint(SST2.resolveSibling("distilbert-mlm")));
        rewrite(WORDS, DType.F32, bytes(WORDS, DType.F32, element -> element[0] == 817 ? Double.NaN : 0.25));
        var error = assertThrows(ModelLoadingException.class, () -> AutoModelForMaskedLM.fromPretrained(folder));
        assertMentions(error, WORDS, "element [817, 0]");
    }

    /** Each weight is finite, their sums are not: the logits are what float32 makes of them, and a warning says so. */
    @Test
    void whatGrowsBeyondFloat32OnTheWayIsSaid() throws IOException {
        checkpoint(
                "pre_classifier.weight",
                DType.F32,
                element -> element[0] % 2 == 0 ? 3e38 : -3e38); // one is left by ReLU
        List<String> warnings = new ArrayList<>();
        try (var model = AutoModelForSequenceClassification.fromPretrained(folder)) {
            float[] logits = logging(
                    warnings,
                    () -> model.forward(TokenBatch.of(new int[][] {{2, 76, 3}, {2, 9, 3}}))
                            .logits()
                            .toArray());
            assertEquals(4, logits.length);
            assertEquals(1, warnings.size());
            assertTrue(warnings.getFirst().contains("of 4 logits are NaN or infinite"), warnings.getFirst());
        }
        warnings.clear();
        try (var model = AutoModelForSequenceClassification.fromPretrained(SST2)) {
            logging(warnings, () -> model.forward(TokenBatch.of(new int[][] {{2, 76, 3}})));
            assertEquals(List.of(), warnings);
        }
    }

    /** As {@code from_pretrained(folder, dtype=torch.float32)} widens them: the bits are those of the same numbers as float32. */
    @ParameterizedTest
    @EnumSource(names = {"F8_E4M3", "F8_E5M2", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F8_E8M0", "F64", "F16", "BF16"})
    void aTypeThatFloat32HoldsIsComputedAsFloat32(DType dtype) throws IOException {
        for (String tensor : List.of(LINEAR, WORDS)) {
            if (dtype.bits() == 8) {
                checkpoint(tensor, dtype, codes(tensor));
            } else {
                checkpoint(tensor, dtype, element -> (element[1] % 7 - 3) * 0.125);
            }
            float[] stored = logits(Engine.shared());
            try (Engine scalar = Engine.builder().kernels(Kernels.scalar()).build()) {
                assertArrayEquals(stored, logits(scalar));
            }
            rewrite(tensor, DType.F32, widened(tensor));
            assertArrayEquals(stored, logits(Engine.shared()));
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"BOOL", "U8", "I8", "I16", "U16", "I32", "U32", "I64", "U64", "C64", "F4", "F6_E2M3", "F6_E3M2"})
    void anyOtherTypeIsRefusedByName(DType dtype) throws IOException {
        for (String tensor : List.of(WORDS, LINEAR, "distilbert.embeddings.LayerNorm.bias", "classifier.bias")) {
            long bits = elements(tensor) * dtype.bits();
            if (bits % 8 == 0) {
                checkpoint(tensor, dtype, new byte[Math.toIntExact(bits / 8)]);
                refusedAtLoading(tensor, "found " + dtype, "expected", "BF16, F16, F32, F64, F8_E4M3");
            }
        }
    }

    @FunctionalInterface
    private interface Value {
        double at(int[] element);
    }

    @FunctionalInterface
    private interface Call<T> {
        T call();
    }

    private static boolean isAt(int[] element, String index) {
        return Arrays.toString(element).equals(index);
    }

    private static <T> T logging(List<String> warnings, Call<T> call) {
        Logger logger = Logger.getLogger("io.tesserae");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                warnings.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            return call.call();
        } finally {
            logger.removeHandler(handler);
        }
    }

    private float[] logits(Engine engine) {
        try (var model = AutoModelForSequenceClassification.fromPretrained(ModelFiles.directory(folder), engine)) {
            return model.forward(TokenBatch.of(new int[][] {{2, 76, 765, 3}}))
                    .logits()
                    .toArray();
        }
    }

    private void refusedAtLoading(String tensor, String... fragments) {
        var error = assertThrows(
                ModelLoadingException.class, () -> AutoModelForSequenceClassification.fromPretrained(folder));
        assertMentions(error, folder.resolve("model.safetensors").toString(), "\"" + tensor + "\"");
        assertMentions(error, fragments);
    }

    private static void assertMentions(Throwable error, String... fragments) {
        for (String fragment : fragments) {
            assertTrue(error.getMessage().contains(fragment), fragment + " is not in: " + error.getMessage());
        }
    }

    private void copy(Path checkpoint) throws IOException {
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.write(folder.resolve(name), Files.readAllBytes(checkpoint.resolve(name)));
        }
    }

    /** The classifier with one tensor of another type or other values. */
    private void checkpoint(String tensor, DType dtype, Value value) throws IOException {
        copy(SST2);
        rewrite(tensor, dtype, bytes(tensor, dtype, value));
    }

    private void checkpoint(String tensor, DType dtype, byte[] bytes) throws IOException {
        copy(SST2);
        rewrite(tensor, dtype, bytes);
    }

    private void rewrite(String tensor, DType dtype, byte[] bytes) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
            for (TensorEntry entry : file.entries()) {
                boolean replaced = entry.name().equals(tensor);
                byte[] data = replaced ? bytes : file.bytes(entry.name()).toArray(ValueLayout.JAVA_BYTE);
                writer.add(entry.name(), replaced ? dtype : entry.dtype(), entry.shape(), out -> out.write(data));
            }
        }
        writer.write(folder.resolve("model.safetensors"));
    }

    private byte[] bytes(String tensor, DType dtype, Value value) throws IOException {
        long[] shape = shape(tensor);
        int columns = (int) shape[shape.length - 1];
        int count = (int) elements(tensor);
        ByteBuffer bytes = ByteBuffer.allocate(count * dtype.bits() / 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            double number = value.at(shape.length == 1 ? new int[] {i} : new int[] {i / columns, i % columns});
            switch (dtype) {
                case F64 -> bytes.putDouble(number);
                case F32 -> bytes.putFloat((float) number);
                case F16 -> bytes.putShort(Float.floatToFloat16((float) number));
                case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits((float) number) >>> 16));
                default -> throw new IllegalArgumentException(dtype.toString());
            }
        }
        return bytes.array();
    }

    /** Codes of numbers around 1 in all types of eight bits. */
    private byte[] codes(String tensor) throws IOException {
        byte[] codes = new byte[(int) elements(tensor)];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (i % 5 == 0 ? 0x24 : 0x38 + i % 3);
        }
        return codes;
    }

    private byte[] widened(String tensor) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
            float[] values = new float[(int) file.entry(tensor).elementCount()];
            file.read(tensor, 0, values, 0, values.length);
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return bytes.array();
        }
    }

    private long[] shape(String tensor) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(source())) {
            return file.shape(tensor);
        }
    }

    private long elements(String tensor) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(source())) {
            return file.entry(tensor).elementCount();
        }
    }

    private Path source() {
        Path own = folder.resolve("model.safetensors");
        return Files.exists(own) ? own : SST2.resolve("model.safetensors");
    }
}

package io.tesserae.models.minilm;

import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.sentence.LangChain4jModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the checkpoint that the jar has in it: LangChain4j's MiniLM, its weights rounded to float16. Run by the build. */
final class PackMiniLm {

    private static final List<String> TEXTS = List.of(
            "config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "modules.json",
            "1_Pooling/config.json",
            "sentence_bert_config.json",
            "config_sentence_transformers.json");

    private static final int LONGEST_TEXT = 16 << 20;

    private PackMiniLm() {}

    /** The one argument is the folder to write to. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        ModelFiles files = LangChain4jModel.ALL_MINILM_L6_V2.onPathOf(PackMiniLm.class.getClassLoader());
        for (String name : TEXTS) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, files.readText(name, LONGEST_TEXT));
        }
        try (CheckpointWeights weights = CheckpointWeights.open(files)) {
            SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
            for (String name : weights.names()) {
                writer.add(name, DType.F16, weights.shape(name), out -> writeHalves(weights, name, out));
            }
            writer.write(folder.resolve("model.safetensors"));
        }
    }

    private static void writeHalves(CheckpointWeights weights, String name, OutputStream out) throws IOException {
        int count = 1;
        for (long dimension : weights.shape(name)) {
            count = Math.multiplyExact(count, Math.toIntExact(dimension));
        }
        float[] values = new float[count];
        weights.read(name, 0, values, 0, count);
        ByteBuffer halves =
                ByteBuffer.allocate(Math.multiplyExact(count, Short.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            short half = Float.floatToFloat16(value);
            if (!Float.isFinite(Float.float16ToFloat(half))) {
                throw new IllegalStateException(weights.describe(name) + ": " + value + " is too large for float16");
            }
            halves.putShort(half);
        }
        out.write(halves.array());
    }
}

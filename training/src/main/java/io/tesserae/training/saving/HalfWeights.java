package io.tesserae.training.saving;

import com.google.gson.JsonObject;
import io.tesserae.loaders.json.StrictJson;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** Weights that are saved with 16 bits, where somebody wants half the file. */
final class HalfWeights {

    private static final int BUFFER_VALUES = 16 << 10;

    private HalfWeights() {}

    /** The configuration with the type of the weights, as transformers names it. */
    static String config(String config, Precision precision) {
        JsonObject object = StrictJson.parseObject(config, "config.json");
        object.addProperty("dtype", precision.name().toLowerCase(Locale.ROOT));
        return Json.text(object);
    }

    /** Refuses what would be infinite. */
    static void requireRoom(Map<String, Tensor> weights, Precision precision) {
        weights.forEach((name, tensor) -> {
            for (int i = 0; i < tensor.size(); i++) {
                if (!Float.isFinite(precision.round(tensor.data()[i]))) {
                    throw new TrainingException("tensor \"" + name + "\" holds " + tensor.data()[i]
                            + ", which is too large for " + precision.name().toLowerCase(Locale.ROOT)
                            + "; save the model as float32 or bfloat16");
                }
            }
        });
    }

    /** Declares a tensor of this precision. */
    static void add(SafetensorsWriter writer, String name, Tensor tensor, Precision precision) {
        long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
        switch (precision) {
            case FLOAT32 -> writer.add(name, tensor);
            case FLOAT16 -> writer.add(name, DType.F16, shape, out -> write(tensor, precision, out));
            case BFLOAT16 -> writer.add(name, DType.BF16, shape, out -> write(tensor, precision, out));
        }
    }

    private static void write(Tensor tensor, Precision precision, OutputStream out) throws IOException {
        byte[] buffer = new byte[2 * BUFFER_VALUES];
        for (int first = 0; first < tensor.size(); first += BUFFER_VALUES) {
            int count = Math.min(BUFFER_VALUES, tensor.size() - first);
            for (int i = 0; i < count; i++) {
                int code = code(precision, tensor.data()[first + i]);
                buffer[2 * i] = (byte) code;
                buffer[2 * i + 1] = (byte) (code >>> 8);
            }
            out.write(buffer, 0, 2 * count);
        }
    }

    private static int code(Precision precision, float value) {
        return precision == Precision.FLOAT16
                ? Float.floatToFloat16(value)
                : Float.floatToRawIntBits(precision.round(value)) >>> 16;
    }
}

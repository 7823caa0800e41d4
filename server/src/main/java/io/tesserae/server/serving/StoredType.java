package io.tesserae.server.serving;

import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.TensorEntry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What a checkpoint's weights are stored as, as PyTorch and text-embeddings-inference call it. */
final class StoredType {

    private StoredType() {}

    /**
     * The type of most of its numbers: {@code float32}, {@code float16}.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if its weights cannot be read; the message says why
     */
    static String of(ModelFiles files) {
        Map<DType, Long> counts = new EnumMap<>(DType.class);
        try (CheckpointWeights weights = CheckpointWeights.open(files)) {
            for (TensorEntry entry : weights.entries()) {
                if (entry.dtype().isFloatingPoint()) {
                    counts.merge(entry.dtype(), entry.elementCount(), Long::sum);
                }
            }
        }
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> name(most.getKey()))
                .orElse("float32");
    }

    private static String name(DType type) {
        return switch (type) {
            case F16 -> "float16";
            case BF16 -> "bfloat16";
            case F32 -> "float32";
            case F64 -> "float64";
            default -> "float8" + type.name().substring("F8".length()).toLowerCase(Locale.ROOT);
        };
    }
}

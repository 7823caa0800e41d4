package io.tesserae.fuzz;

import io.tesserae.loaders.files.ModelLoadingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON of a safetensors header, put into a file whose lengths are right: a byte that says how much data follows it, then the
 * JSON. So the mutator need not find out about the length at the file's beginning.
 */
public final class SafetensorsHeaderTarget implements FuzzTarget {

    static final List<String> WORDS = List.of(
            "__metadata__",
            "\"dtype\":",
            "\"shape\":[",
            "\"data_offsets\":[0,",
            "\"F32\"",
            "\"BF16\"",
            "\"F16\"",
            "\"U8\"",
            "\"F4\"",
            "\"I64\"",
            "\"BOOL\"",
            "18446744073709551615",
            "9223372036854775808",
            "4294967296",
            "1e309",
            "\\ud800",
            "\\u0000",
            "null",
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}");

    private static final SafetensorsHeaderTarget TARGET = new SafetensorsHeaderTarget();

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "safetensors-header";
    }

    @Override
    public long read(byte[] input) {
        if (input.length == 0) {
            return 0;
        }
        int dataLength = input[0] & 0xFF;
        ByteBuffer file =
                ByteBuffer.allocate(Long.BYTES + input.length - 1 + dataLength).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(input.length - 1).put(input, 1, input.length - 1);
        SafetensorsTarget.readAll(file.array());
        return 0;
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    @Override
    public Bound bound() {
        return new Bound(4 << 20, 64);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (var seed : SpecificationCases.safetensors().entrySet()) {
            byte[] file = seed.getValue();
            long length = file.length < Long.BYTES
                    ? -1
                    : ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
            if (length >= 0 && length <= file.length - Long.BYTES) {
                String json = new String(file, Long.BYTES, (int) length, StandardCharsets.ISO_8859_1);
                char dataLength = (char) Math.min(255, file.length - Long.BYTES - length);
                seeds.put(seed.getKey(), (dataLength + json).getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return seeds;
    }

    @Override
    public List<String> dictionary() {
        return WORDS;
    }
}

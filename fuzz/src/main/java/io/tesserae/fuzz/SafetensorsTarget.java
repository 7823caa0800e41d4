package io.tesserae.fuzz;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A whole safetensors file: eight bytes of length, the header, the data. */
public final class SafetensorsTarget implements FuzzTarget {

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

    private static final SafetensorsTarget TARGET = new SafetensorsTarget();

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "safetensors";
    }

    @Override
    public long read(byte[] input) {
        readAll(input);
        return 0;
    }

    /** Opens a file and reads every tensor in every way that its type allows. */
    static void readAll(byte[] bytes) {
        try (SafetensorsFile file = SafetensorsFile.of(MemorySegment.ofArray(bytes), "input")) {
            long end = 0;
            for (TensorEntry entry : file.entries()) {
                if (entry.begin() != end || entry.end() < end || entry.end() > bytes.length) {
                    throw new Finding(entry + " lies outside of the file, or on another tensor");
                }
                end = entry.end();
                int count = Math.toIntExact(entry.elementCount());
                file.describe(entry.name());
                if (entry.dtype().readsAsFloat()) {
                    file.read(entry.name(), 0, new float[count], 0, count);
                }
                if (entry.dtype().readsAsInteger()) {
                    readIntegers(file, entry, count);
                }
                if (file.bytes(entry.name()).byteSize() != entry.byteCount()) {
                    throw new Finding(entry + " has other bytes than it says");
                }
            }
        }
    }

    private static void readIntegers(SafetensorsFile file, TensorEntry entry, int count) {
        try {
            file.readLongs(entry.name(), 0, new long[count], 0, count);
            file.readInts(entry.name(), 0, new int[count], 0, count);
        } catch (ModelLoadingException e) {
            // an element that no long or int holds
        }
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    /** A dimension is written with two bytes and held, while it is read and checked, in five longs. */
    @Override
    public Bound bound() {
        return new Bound(4 << 20, 64);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put("every-type", everyType());
        seeds.put("empty", written(new SafetensorsWriter()));
        var cases = SpecificationCases.safetensors();
        cases.forEach(seeds::put);
        return seeds;
    }

    @Override
    public List<String> dictionary() {
        return WORDS;
    }

    @Override
    public int longestInput() {
        return 4 << 10;
    }

    private static byte[] everyType() throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        for (DType dtype : DType.values()) {
            long[] shape = {2, 4};
            int bytes = 8 * dtype.bits() / 8;
            writer.add("a." + dtype, dtype, shape, data -> data.write(new byte[bytes]));
        }
        return written(writer);
    }

    private static byte[] written(SafetensorsWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out);
        return out.toByteArray();
    }
}

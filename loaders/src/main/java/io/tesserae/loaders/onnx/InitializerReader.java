package io.tesserae.loaders.onnx;

import io.tesserae.loaders.bytes.FileBytes;
import io.tesserae.loaders.bytes.FileRun;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.wire.WireReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Reads {@code TensorProto}: a name, a type, a shape, and the elements in whichever of its fields they are. */
final class InitializerReader {

    static final int LONGEST_NAME = 4_096;

    private static final int MOST_DIMENSIONS = 32;

    // The fields of TensorProto.
    private static final int DIMS = 1;
    private static final int DATA_TYPE = 2;
    private static final int SEGMENT = 3;
    private static final int FLOAT_DATA = 4;
    private static final int INT32_DATA = 5;
    private static final int NAME = 8;
    private static final int RAW_DATA = 9;
    private static final int EXTERNAL_DATA = 13;
    private static final int DATA_LOCATION = 14;

    private final FileBytes file;
    private final ModelFiles beside;
    private final Map<String, FileBytes> externalFiles = new HashMap<>();

    /**
     * @param file where the initializers are
     * @param beside the files beside it, where it may keep data
     */
    InitializerReader(FileBytes file, ModelFiles beside) {
        this.file = file;
        this.beside = beside;
    }

    /** What one tensor's fields said. */
    private static final class Fields {
        private String name = "";
        private ElementType type;
        private long[] dims = new long[MOST_DIMENSIONS];
        private int dimensions;
        private MemorySegment raw;
        private final Joined floats = new Joined();
        private final ByteArrayOutputStream halves = new ByteArrayOutputStream();
        private final Map<String, String> external = new HashMap<>();
        private boolean isExternal;
    }

    /** A field's bytes, which a file may spread over many occurrences of it. */
    private static final class Joined {
        private MemorySegment only;
        private ByteArrayOutputStream all;

        void add(MemorySegment part) {
            if (only == null) {
                only = part;
                return;
            }
            if (all == null) {
                all = new ByteArrayOutputStream();
                all.writeBytes(only.toArray(ValueLayout.JAVA_BYTE));
            }
            all.writeBytes(part.toArray(ValueLayout.JAVA_BYTE));
        }

        boolean isEmpty() {
            return only == null;
        }

        FileRun in(FileBytes file) {
            return all == null ? FileRun.of(file, only) : inMemory(all, file);
        }
    }

    Initializer read(WireReader tensor) throws IOException {
        Fields fields = new Fields();
        while (tensor.next()) {
            readField(tensor, fields);
        }
        if (fields.name.isEmpty() || fields.type == null) {
            throw tensor.error("expected an initializer with a name and a data_type");
        }
        long[] shape = Arrays.copyOf(fields.dims, fields.dimensions);
        long elements = elementCount(fields.name, shape);
        FileRun data = fields.type.isWeight() ? data(fields, elements) : new FileRun(file, 0, 0);
        return new Initializer(fields.name, fields.type, shape, elements, data);
    }

    private void readField(WireReader tensor, Fields fields) {
        switch (tensor.field()) {
            case NAME -> {
                requireFirst(fields.name.isEmpty(), fields, "name");
                fields.name = tensor.text(LONGEST_NAME);
            }
            case DATA_TYPE -> {
                requireFirst(fields.type == null, fields, "data_type");
                long code = tensor.varint();
                fields.type =
                        ElementType.of(code).orElseThrow(() -> tensor.error("no data_type of the format: " + code));
            }
            case DIMS -> readDims(tensor, fields);
            case RAW_DATA -> {
                requireFirst(fields.raw == null, fields, "raw_data");
                fields.raw = tensor.bytes();
            }
            case FLOAT_DATA ->
                fields.floats.add(tensor.wireType() == WireReader.FIXED32 ? tensor.fixed32() : tensor.bytes());
            case INT32_DATA -> readHalves(tensor, fields);
            case EXTERNAL_DATA -> readExternal(tensor.message(), fields);
            case DATA_LOCATION -> fields.isExternal = tensor.varint() != 0;
            case SEGMENT -> throw error(fields.name, "is cut in segments, which are not read; export the model again");
            default -> tensor.skip();
        }
    }

    private void readDims(WireReader tensor, Fields fields) {
        if (tensor.wireType() == WireReader.VARINT) {
            addDimension(tensor.varint(), fields);
            return;
        }
        WireReader packed = tensor.message();
        while (!packed.atEnd()) {
            addDimension(packed.readVarint(), fields);
        }
    }

    private void addDimension(long dimension, Fields fields) {
        if (dimension < 0) {
            throw error(fields.name, "expected dimensions of 0 or more, found " + dimension);
        }
        if (fields.dimensions == MOST_DIMENSIONS) {
            throw error(fields.name, "expected at most " + MOST_DIMENSIONS + " dimensions, found more");
        }
        fields.dims[fields.dimensions++] = dimension;
    }

    /** Numbers of 16 bits, each in an integer of its own. */
    private void readHalves(WireReader tensor, Fields fields) {
        if (tensor.wireType() == WireReader.VARINT) {
            addHalf(tensor.varint(), fields);
            return;
        }
        WireReader packed = tensor.message();
        while (!packed.atEnd()) {
            addHalf(packed.readVarint(), fields);
        }
    }

    private void addHalf(long bits, Fields fields) {
        boolean half = fields.type == null || fields.type == ElementType.FLOAT16 || fields.type == ElementType.BFLOAT16;
        if (!half) {
            return; // integers, which are no weights
        }
        if (bits < 0 || bits > 0xFFFF) {
            throw error(fields.name, "int32_data: expected the 16 bits of a number, found " + bits);
        }
        fields.halves.write((int) bits);
        fields.halves.write((int) bits >>> 8);
    }

    private void readExternal(WireReader entry, Fields fields) {
        String key = "";
        String value = "";
        while (entry.next()) {
            switch (entry.field()) {
                case 1 -> key = entry.text(LONGEST_NAME);
                case 2 -> value = entry.text(LONGEST_NAME);
                default -> entry.skip();
            }
        }
        if (fields.external.put(key, value) != null) {
            throw error(fields.name, "external_data: " + key + " occurs twice");
        }
    }

    private long elementCount(String name, long[] shape) {
        long product = 1;
        for (long dimension : shape) {
            if (Math.multiplyHigh(product, dimension) != 0 || product * dimension < 0) {
                throw error(name, "has a shape of 2^63 elements or more, " + Arrays.toString(shape));
            }
            product *= dimension;
        }
        return product;
    }

    private FileRun data(Fields fields, long elements) throws IOException {
        int size = fields.type == ElementType.FLOAT ? Float.BYTES : Short.BYTES;
        boolean halves = fields.halves.size() > 0;
        int sources = (fields.raw == null ? 0 : 1)
                + (fields.floats.isEmpty() ? 0 : 1)
                + (halves ? 1 : 0)
                + (fields.isExternal ? 1 : 0);
        if (sources > 1
                || fields.type != ElementType.FLOAT && !fields.floats.isEmpty()
                || fields.type == ElementType.FLOAT && halves) {
            throw error(
                    fields.name, "expected its elements of type " + fields.type + " in one field that has that type");
        }
        FileRun data = fields.isExternal
                ? external(fields)
                : fields.raw != null
                        ? FileRun.of(file, fields.raw)
                        : !fields.floats.isEmpty() ? fields.floats.in(file) : inMemory(fields.halves, file);
        if (elements > Long.MAX_VALUE / size || data.byteCount() != elements * size) {
            throw error(
                    fields.name,
                    "expected " + elements + " elements of type " + fields.type + ", " + size + " bytes each, found "
                            + data.byteCount() + " bytes");
        }
        return data;
    }

    /** Data in a file beside the model's; never one elsewhere. */
    private FileRun external(Fields fields) throws IOException {
        String location = fields.external.getOrDefault("location", "");
        boolean plain = !location.isBlank()
                && !location.contains("..")
                && location.chars().allMatch(c -> c > ' ' && c < 0x7F && "/\\:".indexOf(c) < 0);
        if (!plain) {
            throw error(
                    fields.name,
                    "external_data: location: expected the plain name of a file beside this one, found \"" + location
                            + "\"");
        }
        if (!beside.exists(location)) {
            throw error(
                    fields.name, "has its data in " + location + ", which is not there; take all files of the model");
        }
        FileBytes external = externalFiles.get(location);
        if (external == null) {
            external = file.openOther(beside, location);
            externalFiles.put(location, external);
        }
        long bytes = external.segment().byteSize();
        long offset = number(fields, "offset", 0);
        long length = number(fields, "length", Math.max(0, bytes - offset));
        if (offset > bytes || length > bytes - offset) {
            throw error(
                    fields.name,
                    "external_data: expected " + length + " bytes from " + offset + " on in " + location
                            + ", which has " + bytes);
        }
        return new FileRun(external, offset, length);
    }

    private static FileRun inMemory(ByteArrayOutputStream bytes, FileBytes file) {
        return FileRun.of(MemorySegment.ofArray(bytes.toByteArray()), file.toString());
    }

    private long number(Fields fields, String key, long absent) {
        String text = fields.external.get(key);
        if (text == null) {
            return absent;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw error(fields.name, "external_data: " + key + ": expected a whole number, found \"" + text + "\"");
        }
        return Long.parseLong(text);
    }

    private void requireFirst(boolean first, Fields fields, String field) {
        if (!first) {
            throw error(fields.name, field + " occurs twice");
        }
    }

    private ModelLoadingException error(String name, String problem) {
        return new ModelLoadingException(file + ": initializer \"" + name + "\": " + problem);
    }
}

package io.tesserae.loaders.safetensors;

import io.tesserae.loaders.files.ModelLoadingException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file's header, believed only after every check that the reference makes, in the reference's order.
 *
 * <p>Three things that the reference lets pass are refused: a name that occurs twice (the format forbids it; the library
 * keeps the last), an entry written as an array instead of an object (an accident of its parser), and a dimension of 2^63
 * or more beside a zero.
 *
 * @param entries by name, in the order of their data
 * @param metadata free text by key; empty where the file has none
 * @param dataOffset where the data begins, in bytes from the beginning of the file
 */
record SafetensorsHeader(Map<String, TensorEntry> entries, Map<String, String> metadata, long dataOffset) {

    static final int LENGTH_BYTES = Long.BYTES;
    static final long BYTE_LIMIT = 100_000_000;
    static final String METADATA = "__metadata__";

    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * Reads and checks the header of a whole file.
     *
     * @param where the file's name, for error messages
     * @throws ModelLoadingException if any rule of the format is broken
     */
    static SafetensorsHeader read(MemorySegment file, String where) {
        if (file.byteSize() < LENGTH_BYTES) {
            throw new ModelLoadingException(where + ": not a safetensors file: expected at least " + LENGTH_BYTES
                    + " bytes, found " + file.byteSize());
        }
        long length = file.get(LENGTH, 0);
        if (Long.compareUnsigned(length, BYTE_LIMIT) > 0) {
            throw new ModelLoadingException(where + ": not a safetensors file: its first bytes announce a header of "
                    + Long.toUnsignedString(length) + " bytes; the format allows " + BYTE_LIMIT);
        }
        if (length > file.byteSize() - LENGTH_BYTES) {
            throw new ModelLoadingException(where + ": cut short, or not a safetensors file: expected a header of "
                    + length + " bytes, found " + (file.byteSize() - LENGTH_BYTES) + " bytes after its length");
        }
        byte[] json = file.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        SafetensorsHeader header = new Parser(new HeaderJson(json, where), LENGTH_BYTES + length).parse();
        return header.inDataOrder(file.byteSize() - header.dataOffset, where);
    }

    /** The same header with its tensors in the order of their data, once that data is known to fill the file. */
    private SafetensorsHeader inDataOrder(long dataLength, String where) {
        TensorEntry[] sorted = entries.values().toArray(TensorEntry[]::new);
        Arrays.sort(
                sorted,
                Comparator.comparing(TensorEntry::begin, Long::compareUnsigned)
                        .thenComparing(TensorEntry::end, Long::compareUnsigned));
        Map<String, TensorEntry> ordered = LinkedHashMap.newLinkedHashMap(sorted.length);
        long position = 0;
        for (TensorEntry entry : sorted) {
            requireContiguous(entry, position, where);
            requireSize(entry, where);
            position = entry.end();
            ordered.put(entry.name(), entry);
        }
        if (position != dataLength) {
            throw new ModelLoadingException(where + ": expected " + Long.toUnsignedString(position)
                    + " bytes of tensor data, found " + dataLength + "; "
                    + (Long.compareUnsigned(position, dataLength) > 0
                            ? "the file is cut short, download it again"
                            : "there is more than the tensors need"));
        }
        return new SafetensorsHeader(Collections.unmodifiableMap(ordered), metadata, dataOffset);
    }

    private static void requireContiguous(TensorEntry entry, long position, String where) {
        if (entry.begin() != position || Long.compareUnsigned(entry.end(), position) < 0) {
            throw new ModelLoadingException(where + ": " + entry + ": expected data_offsets that begin at "
                    + Long.toUnsignedString(position) + ", where the data before it ends, found ["
                    + Long.toUnsignedString(entry.begin()) + ", " + Long.toUnsignedString(entry.end()) + "]");
        }
    }

    /** All in unsigned 64 bits, and from left to right: {@code [0, 2^40, 2^40]} is empty, {@code [2^40, 2^40, 0]} too big. */
    private static void requireSize(TensorEntry entry, String where) {
        long product = 1;
        long[] shape = entry.shape();
        for (long dimension : shape) {
            product = multiplyUnsigned(product, dimension, entry, where);
        }
        long bits = multiplyUnsigned(product, entry.dtype().bits(), entry, where);
        if (Long.remainderUnsigned(bits, Byte.SIZE) != 0) {
            throw new ModelLoadingException(where + ": " + entry + ": its " + Long.toUnsignedString(bits)
                    + " bits are not a whole number of bytes");
        }
        if (entry.byteCount() != bits >>> 3) {
            throw new ModelLoadingException(where + ": " + entry + ": expected "
                    + Long.toUnsignedString(bits >>> 3) + " bytes for this shape and type, found "
                    + Long.toUnsignedString(entry.byteCount()) + " between its data_offsets");
        }
        if (Arrays.stream(shape).anyMatch(dimension -> dimension < 0)) {
            throw new ModelLoadingException(where + ": " + entry + ": a dimension of 2^63 or more");
        }
    }

    private static long multiplyUnsigned(long a, long b, TensorEntry entry, String where) {
        if (Math.unsignedMultiplyHigh(a, b) != 0) {
            throw new ModelLoadingException(where + ": " + entry + ": its size in bits is 2^64 or more");
        }
        return a * b;
    }

    /** The header's grammar: which keys it has, and what their values are. */
    private static final class Parser {

        /** Members of an entry stand in the entry, which stands in the header. */
        private static final int ENTRY_DEPTH = 2;

        private final HeaderJson json;
        private final long dataOffset;
        private final Map<String, TensorEntry> entries = new LinkedHashMap<>();
        private Map<String, String> metadata;

        Parser(HeaderJson json, long dataOffset) {
            this.json = json;
            this.dataOffset = dataOffset;
        }

        SafetensorsHeader parse() {
            json.readObject("a JSON object", key -> {
                if (key.equals(METADATA)) {
                    readMetadata();
                } else if (entries.containsKey(key)) {
                    throw json.error("the tensor " + HeaderJson.quoted(key) + " occurs twice");
                } else {
                    entries.put(key, readEntry(key));
                }
            });
            json.expectEnd();
            return new SafetensorsHeader(
                    entries, Collections.unmodifiableMap(metadata == null ? Map.of() : metadata), dataOffset);
        }

        private void readMetadata() {
            if (metadata != null) {
                throw json.error(METADATA + " occurs twice");
            }
            metadata = new LinkedHashMap<>();
            if (!json.acceptNull()) {
                json.readObject(
                        "an object of strings for " + METADATA,
                        key -> metadata.put(key, json.readString("a string for each key of " + METADATA)));
            }
        }

        private TensorEntry readEntry(String name) {
            json.about(name);
            TensorEntry entry = new EntryParser(json).parse(name);
            json.about(null);
            return entry;
        }
    }

    /** The grammar of one tensor's entry. */
    private static final class EntryParser {

        /** Members of an entry stand in the entry, which stands in the header. */
        private static final int DEPTH = 2;

        private final HeaderJson json;
        private DType dtype;
        private long[] shape;
        private long[] offsets;

        EntryParser(HeaderJson json) {
            this.json = json;
        }

        TensorEntry parse(String name) {
            json.readObject("an object with dtype, shape and data_offsets", this::readField);
            require(dtype, "dtype");
            require(shape, "shape");
            require(offsets, "data_offsets");
            if (offsets.length != 2) {
                throw json.error("expected two data_offsets, found " + offsets.length);
            }
            return new TensorEntry(name, dtype, shape, offsets[0], offsets[1]);
        }

        private void readField(String field) {
            switch (field) {
                case "dtype" -> dtype = once(dtype, field, readType());
                case "shape" -> shape = once(shape, field, readIntegers(field));
                case "data_offsets" -> offsets = once(offsets, field, readIntegers(field));
                default -> json.skipValue(DEPTH);
            }
        }

        private DType readType() {
            String type = json.readString("a string for the dtype");
            return DType.named(type)
                    .orElseThrow(() -> json.error("expected one of " + Arrays.toString(DType.values())
                            + " for the dtype, found " + HeaderJson.quoted(type)));
        }

        private long[] readIntegers(String field) {
            LongList integers = new LongList();
            json.readArray("an array for " + field, () -> integers.add(json.readUnsigned(field)));
            return integers.toArray();
        }

        private <T> T once(T before, String field, T value) {
            if (before != null) {
                throw json.error("two fields " + field);
            }
            return value;
        }

        private void require(Object value, String field) {
            if (value == null) {
                throw json.error("no field " + field);
            }
        }
    }

    /** A growing list of integers; a header decides how many, and they come one by one. */
    private static final class LongList {

        private long[] values = new long[4];
        private int size;

        void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        long[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }
}

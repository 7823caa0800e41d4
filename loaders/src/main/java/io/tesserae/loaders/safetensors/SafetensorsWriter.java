package io.tesserae.loaders.safetensors;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes safetensors files, byte for byte as the reference library does: larger types first, then by name; the header
 * padded with spaces so that the data begins at a multiple of eight bytes.
 *
 * <p>Tensors are declared one by one and written all together; an array that was handed over must not change until then.
 * A writer is for one thread.
 */
public final class SafetensorsWriter {

    private static final int BUFFER_BYTES = 64 << 10;

    private static final Comparator<Declared> REFERENCE_ORDER = Comparator.comparing(Declared::dtype)
            .reversed()
            .thenComparing(declared -> declared.name().codePoints().toArray(), Arrays::compare);

    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Declared> tensors = new LinkedHashMap<>();

    /** A tensor's data, produced when its turn comes, so that a checkpoint need never be in memory as a whole. */
    @FunctionalInterface
    public interface Data {

        /** Writes the elements, little-endian and row-major: exactly as many bytes as type and shape ask for. */
        void writeTo(OutputStream out) throws IOException;
    }

    private record Declared(String name, DType dtype, long[] shape, long byteCount, Data data) {}

    /** A file without tensors, so far. */
    public SafetensorsWriter() {}

    /**
     * Adds free text to the header; a key that was there before gets the new value.
     *
     * @throws IllegalArgumentException if key or value is not well-formed Unicode
     */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(requireUnicode(key), requireUnicode(value));
        return this;
    }

    /** Adds a float32 tensor. */
    public SafetensorsWriter add(String name, Tensor tensor) {
        Arguments.require(tensor, "tensor");
        long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
        return add(name, DType.F32, shape, out -> writeFloats(tensor.data(), tensor.size(), out));
    }

    /**
     * Adds a float32 tensor.
     *
     * @throws IllegalArgumentException if the shape is not that of as many values
     * @see #add(String, DType, long[], Data)
     */
    public SafetensorsWriter addFloats(String name, float[] values, long... shape) {
        Arguments.require(values, "values");
        requireSize(name, values.length, shape);
        return add(name, DType.F32, shape, out -> writeFloats(values, values.length, out));
    }

    /**
     * Adds a tensor of 64-bit integers, the type in which the reference keeps token ids.
     *
     * @throws IllegalArgumentException if the shape is not that of as many values
     * @see #add(String, DType, long[], Data)
     */
    public SafetensorsWriter addLongs(String name, long[] values, long... shape) {
        Arguments.require(values, "values");
        requireSize(name, values.length, shape);
        return add(name, DType.I64, shape, out -> writeLongs(values, out));
    }

    /**
     * Adds a tensor of any type.
     *
     * @param shape outermost dimension first; empty for a scalar
     * @throws IllegalArgumentException if the name was added before, is {@code __metadata__} or not well-formed Unicode, a
     *     dimension is negative, or the size is not a whole number of bytes or not below 2^63 bits
     */
    public SafetensorsWriter add(String name, DType dtype, long[] shape, Data data) {
        Arguments.require(dtype, "dtype");
        Arguments.require(shape, "shape");
        requireUnicode(name);
        Arguments.require(data, "data");
        if (name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("a tensor cannot be called " + name + ": the format keeps that name");
        }
        Declared declared = new Declared(name, dtype, shape.clone(), byteCount(name, dtype, shape), data);
        if (tensors.putIfAbsent(name, declared) != null) {
            throw new IllegalArgumentException("the tensor " + HeaderJson.quoted(name) + " was added before");
        }
        return this;
    }

    /**
     * Writes the file. It appears under its name only when it is complete, in place of a file that was there before; after
     * a failure, what was there before still is.
     *
     * @throws IOException if the folder is missing or writing fails
     * @throws IllegalStateException if a tensor's data is not as long as its shape says, or the header would be longer than
     *     the format allows
     */
    public void write(Path file) throws IOException {
        Arguments.require(file, "file");
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent())
                .orElseThrow(() -> new IOException(file + ": not a file's name"));
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(file.toString(), null, "there is no folder " + folder);
        }
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a folder; expected the name of a file to write");
        }
        Path unfinished = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (OutputStream out = Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW)) {
                write(out);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /**
     * Writes the file's bytes to a stream, which is flushed and left open.
     *
     * @throws IOException if writing fails
     * @throws IllegalStateException as {@link #write(Path)}
     */
    public void write(OutputStream out) throws IOException {
        Arguments.require(out, "out");
        List<Declared> ordered = new ArrayList<>(tensors.values());
        ordered.sort(REFERENCE_ORDER);
        OutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES);
        buffered.write(header(ordered));
        for (Declared tensor : ordered) {
            CountedStream counted = new CountedStream(buffered, tensor);
            tensor.data().writeTo(counted);
            counted.requireComplete();
        }
        buffered.flush();
    }

    /** The header with its length before it. */
    private byte[] header(List<Declared> ordered) {
        StringBuilder json = new StringBuilder("{");
        if (!metadata.isEmpty()) {
            json.append("\"" + SafetensorsHeader.METADATA + "\":{");
            metadata.forEach((key, value) -> {
                appendQuoted(json, key);
                json.append(':');
                appendQuoted(json, value);
                json.append(',');
            });
            json.setCharAt(json.length() - 1, '}');
            json.append(',');
        }
        long position = 0;
        for (Declared tensor : ordered) {
            appendEntry(json, tensor, position);
            position = Math.addExact(position, tensor.byteCount());
        }
        if (json.charAt(json.length() - 1) == ',') {
            json.setLength(json.length() - 1);
        }
        byte[] utf8 = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
        int padded = Math.ceilDiv(utf8.length, Long.BYTES) * Long.BYTES;
        if (padded > SafetensorsHeader.BYTE_LIMIT) {
            throw new IllegalStateException("names and metadata need a header of " + padded
                    + " bytes; the format allows " + SafetensorsHeader.BYTE_LIMIT);
        }
        byte[] header = new byte[SafetensorsHeader.LENGTH_BYTES + padded];
        Arrays.fill(header, (byte) ' ');
        ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(utf8);
        return header;
    }

    private static void appendEntry(StringBuilder json, Declared tensor, long begin) {
        appendQuoted(json, tensor.name());
        json.append(":{\"dtype\":\"").append(tensor.dtype());
        json.append("\",\"shape\":[");
        for (int axis = 0; axis < tensor.shape().length; axis++) {
            json.append(axis == 0 ? "" : ",").append(tensor.shape()[axis]);
        }
        json.append("],\"data_offsets\":[").append(begin).append(',');
        json.append(begin + tensor.byteCount()).append("]},");
    }

    /** With the escapes of serde_json, no more and no fewer, so that headers come out the same. */
    private static void appendQuoted(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '"', '\\' -> json.append('\\').append(character);
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> json.append(character < ' ' ? String.format("\\u%04x", (int) character) : character);
            }
        }
        json.append('"');
    }

    private static void writeFloats(float[] values, int count, OutputStream out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int capacity = BUFFER_BYTES / Float.BYTES;
        for (int done = 0; done < count; done += capacity) {
            int length = Math.min(capacity, count - done);
            buffer.asFloatBuffer().put(values, done, length);
            out.write(buffer.array(), 0, length * Float.BYTES);
        }
    }

    private static void writeLongs(long[] values, OutputStream out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int capacity = BUFFER_BYTES / Long.BYTES;
        for (int done = 0; done < values.length; done += capacity) {
            int length = Math.min(capacity, values.length - done);
            buffer.asLongBuffer().put(values, done, length);
            out.write(buffer.array(), 0, length * Long.BYTES);
        }
    }

    private static void requireSize(String name, int found, long[] shape) {
        Arguments.require(name, "name");
        Arguments.require(shape, "shape");
        long expected = byteCount(name, DType.U8, shape);
        if (expected != found) {
            throw new IllegalArgumentException("the tensor " + HeaderJson.quoted(name) + " of shape "
                    + Arrays.toString(shape) + " needs " + expected + " values, but was given " + found);
        }
    }

    private static long byteCount(String name, DType dtype, long[] shape) {
        long bits = dtype.bits();
        try {
            for (long dimension : shape) {
                bits = Math.multiplyExact(bits, dimension);
                if (dimension < 0) {
                    throw new ArithmeticException("negative dimension");
                }
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "the tensor " + HeaderJson.quoted(name) + " cannot have the shape " + Arrays.toString(shape), e);
        }
        if (bits % Byte.SIZE != 0) {
            throw new IllegalArgumentException("the tensor " + HeaderJson.quoted(name) + " of shape "
                    + Arrays.toString(shape) + " and type " + dtype + " does not fill whole bytes");
        }
        return bits / Byte.SIZE;
    }

    private static String requireUnicode(String text) {
        Arguments.require(text, "a name or text");
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(HeaderJson.quoted(text) + " holds half of a surrogate pair");
        }
        return text;
    }

    /** Passes a tensor's bytes on, as many as it said it has. */
    private static final class CountedStream extends OutputStream {

        private final OutputStream out;
        private final Declared tensor;
        private long count;

        CountedStream(OutputStream out, Declared tensor) {
            this.out = out;
            this.tensor = tensor;
        }

        @Override
        public void write(int value) throws IOException {
            advance(1);
            out.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            advance(length);
            out.write(bytes, offset, length);
        }

        void requireComplete() {
            if (count != tensor.byteCount()) {
                throw mismatch("only " + count);
            }
        }

        private void advance(int length) {
            count += length;
            if (count > tensor.byteCount()) {
                throw mismatch("more");
            }
        }

        private IllegalStateException mismatch(String found) {
            return new IllegalStateException("the tensor " + HeaderJson.quoted(tensor.name()) + " of shape "
                    + Arrays.toString(tensor.shape()) + " needs " + tensor.byteCount() + " bytes, but its data had "
                    + found);
        }
    }
}

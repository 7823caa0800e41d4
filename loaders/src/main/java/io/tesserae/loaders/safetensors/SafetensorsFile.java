package io.tesserae.loaders.safetensors;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.bytes.FileBytes;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.TensorSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One safetensors file: its header in memory, its tensors where they lie; but all in memory where it lies in another file system
 * than the machine's own, in a zip file say.
 *
 * <p>Opening checks the header by every rule of the reference library and reads no tensor. Files and tensors may be
 * larger than 2 GiB. A file on disk must not change while it is open: where it is noticed that it has become shorter, reading
 * ends with a {@link ModelLoadingException}.
 *
 * @see <a href="https://github.com/huggingface/safetensors">safetensors</a>
 */
public final class SafetensorsFile implements TensorSource {

    private final String where;
    private final FileBytes bytes;
    private final SafetensorsHeader header;

    private SafetensorsFile(FileBytes bytes) {
        this.where = bytes.toString();
        this.bytes = bytes;
        this.header = SafetensorsHeader.read(bytes.segment(), where);
    }

    static SafetensorsFile of(FileBytes bytes) {
        return bytes.opened(SafetensorsFile::new);
    }

    /**
     * Opens a file on disk; it stays open until {@link #close()}.
     *
     * @throws ModelLoadingException if there is no such file or it is not valid
     * @throws IOException if it cannot be read
     */
    public static SafetensorsFile open(Path path) throws IOException {
        Arguments.require(path, "path");
        return of(FileBytes.open(path));
    }

    /**
     * Opens a file of a model; it stays open until {@link #close()}.
     *
     * @param name its name among the files
     * @throws ModelLoadingException if there is no such file or it is not valid
     * @throws IOException if it cannot be read
     */
    public static SafetensorsFile open(ModelFiles files, String name) throws IOException {
        Arguments.require(files, "files");
        Arguments.require(name, "name");
        return of(FileBytes.open(files, name));
    }

    /**
     * Views a whole file that is in memory already. Closing ends the reading; the memory stays the caller's.
     *
     * @param where the file's name, for error messages
     * @throws ModelLoadingException if it is not valid
     */
    public static SafetensorsFile of(MemorySegment file, String where) {
        Arguments.require(file, "file");
        Arguments.require(where, "where");
        return of(FileBytes.of(file, where));
    }

    /** In the order of their data. */
    @Override
    public Set<String> names() {
        return header.entries().keySet();
    }

    /** What the header says about each tensor, in the order of their data. */
    public Collection<TensorEntry> entries() {
        return header.entries().values();
    }

    /**
     * What the header says about one tensor.
     *
     * @throws IllegalArgumentException if there is no tensor of this name
     */
    public TensorEntry entry(String name) {
        Arguments.require(name, "name");
        TensorEntry entry = header.entries().get(name);
        if (entry == null) {
            throw new IllegalArgumentException(where + ": no tensor " + HeaderJson.quoted(name) + " among the "
                    + header.entries().size() + " it holds");
        }
        return entry;
    }

    /** The header's free text by key; empty where it has none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    @Override
    public long[] shape(String name) {
        return entry(name).shape();
    }

    /**
     * A tensor's bytes where they lie, little-endian and row-major; not a copy, read-only, and gone when this is closed.
     * Nothing says that they are aligned. Where a file on disk becomes shorter meanwhile, an access throws {@link InternalError}.
     *
     * @throws IllegalArgumentException if there is no tensor of this name
     */
    public MemorySegment bytes(String name) {
        TensorEntry entry = entry(name);
        return bytes.segment().asSlice(header.dataOffset() + entry.begin(), entry.byteCount());
    }

    @Override
    public Precision precision(String name) {
        return switch (entry(name).dtype()) {
            case F16 -> Precision.FLOAT16;
            // All numbers of eight bits are such of 16, which need half the memory of float32.
            case BF16, F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ, F8_E8M0 -> Precision.BFLOAT16;
            default -> Precision.FLOAT32;
        };
    }

    /** @throws ModelLoadingException if the elements are integers, complex numbers, or numbers that share bytes */
    @Override
    public void requireFloatingPoint(String name) {
        TensorEntry entry = entry(name);
        if (!entry.dtype().isFloatingPoint()) {
            throw new ModelLoadingException(where + ": " + entry + ": expected a weight of one of the types "
                    + Arrays.stream(DType.values())
                            .filter(DType::isFloatingPoint)
                            .map(DType::name)
                            .sorted()
                            .collect(Collectors.joining(", "))
                    + "; found " + entry.dtype() + ", of which this version makes no float32. Where the checkpoint is"
                    + " quantized, take the one that it was made from");
        }
    }

    @Override
    public void read(String name, long first, float[] destination, int offset, int count) {
        TensorEntry entry = entry(name);
        DType dtype = entry.dtype();
        if (!dtype.readsAsFloat()) {
            throw new IllegalArgumentException(where + ": " + entry + ": " + dtype
                    + " has no float32 reading; convert the checkpoint to F32, F16 or BF16");
        }
        checkRun(entry, first, destination.length, offset, count);
        bytes.readFloats(
                position(entry, first),
                dtype.bits() / Byte.SIZE,
                Elements.floatReader(dtype),
                destination,
                offset,
                count);
    }

    /**
     * Reads a run of a tensor of integers, in row-major order; {@link DType#BOOL} reads as 0 and 1.
     *
     * @param first index of the first element to read, in elements
     * @param destination receives {@code count} values from {@code offset} on
     * @throws IllegalArgumentException if there is no tensor of this name, or it is not one of integers
     * @throws IndexOutOfBoundsException if the run is not inside the tensor, or not inside {@code destination}
     * @throws ModelLoadingException if an element is 2^63 or more
     */
    public void readLongs(String name, long first, long[] destination, int offset, int count) {
        TensorEntry entry = requireIntegers(name);
        checkRun(entry, first, destination.length, offset, count);
        readIntegers(entry, first, count, (index, value) -> destination[offset + index] = value);
    }

    /**
     * Reads a run of a tensor of integers as {@code int}.
     *
     * @throws ModelLoadingException if an element is outside the range of an {@code int}
     * @see #readLongs
     */
    public void readInts(String name, long first, int[] destination, int offset, int count) {
        TensorEntry entry = requireIntegers(name);
        checkRun(entry, first, destination.length, offset, count);
        readIntegers(entry, first, count, (index, value) -> {
            if (value != (int) value) {
                throw new ModelLoadingException(where + ": " + entry + ": element " + (first + index)
                        + ": expected the range of an int, found " + value);
            }
            destination[offset + index] = (int) value;
        });
    }

    /** The file's path, and what it says about the tensor, as {@code model.safetensors: tensor "w" (F32 [2, 3])}. */
    @Override
    public String describe(String name) {
        Arguments.require(name, "name");
        TensorEntry entry = header.entries().get(name);
        return where + ": " + (entry == null ? "no tensor " + HeaderJson.quoted(name) : entry);
    }

    @Override
    public void close() {
        bytes.close();
    }

    @Override
    public String toString() {
        return where;
    }

    /** Part of a run: {@code length} elements at a byte position, after {@code done} that came before. */
    @FunctionalInterface
    private interface Part {
        void accept(MemorySegment source, long position, int done, int length);
    }

    @FunctionalInterface
    private interface IntegerElement {
        void accept(int index, long value);
    }

    private void readRun(TensorEntry entry, long first, int count, Part part) {
        int size = entry.dtype().bits() / Byte.SIZE;
        int[] done = {0};
        bytes.read(position(entry, first), (long) count * size, (source, position, byteCount) -> {
            part.accept(source, position, done[0], byteCount / size);
            done[0] += byteCount / size;
        });
    }

    /** Where in the file an element begins. */
    private long position(TensorEntry entry, long element) {
        return header.dataOffset() + entry.begin() + element * (entry.dtype().bits() / Byte.SIZE);
    }

    private void readIntegers(TensorEntry entry, long first, int count, IntegerElement element) {
        DType dtype = entry.dtype();
        int size = dtype.bits() / Byte.SIZE;
        readRun(entry, first, count, (source, position, done, length) -> {
            for (int i = 0; i < length; i++) {
                long value = Elements.toLong(dtype, source, position + (long) i * size);
                if (value < 0 && dtype == DType.U64) {
                    throw new ModelLoadingException(where + ": " + entry + ": element " + (first + done + i)
                            + ": expected less than 2^63, found " + Long.toUnsignedString(value));
                }
                element.accept(done + i, value);
            }
        });
    }

    private TensorEntry requireIntegers(String name) {
        TensorEntry entry = entry(name);
        if (!entry.dtype().readsAsInteger()) {
            throw new IllegalArgumentException(where + ": " + entry + ": expected a tensor of integers");
        }
        return entry;
    }

    private void checkRun(TensorEntry entry, long first, int destinationLength, int offset, int count) {
        long elements = entry.elementCount();
        if (first < 0 || count < 0 || first > elements - count) {
            throw new IndexOutOfBoundsException(where + ": " + entry + ": " + count + " elements from " + first
                    + " on are not inside its " + elements);
        }
        Objects.checkFromIndexSize(offset, count, destinationLength);
    }
}

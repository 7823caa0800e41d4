package io.tesserae.loaders.torch;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.bytes.FileBytes;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.TensorSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The tensors of a state dict that {@code torch.save} wrote, since version 1.6 a zip file. Such a file holds a pickle, which in Python can
 * run any code; here it cannot, because what is not part of a state dict of tensors is refused by name.
 *
 * <p>Weights are float32, float16, bfloat16 or float64, which is rounded. A file on disk is mapped; it must not change while it is open.
 *
 * @see <a href="https://github.com/pytorch/pytorch/blob/v2.8.0/torch/serialization.py">torch/serialization.py</a>
 */
public final class TorchFile implements TensorSource {

    private static final String PROGRAM = "/data.pkl";

    /** Some hundred bytes for each tensor of the largest models, and ten times that. */
    private static final long PROGRAM_BYTE_LIMIT = 16 << 20;

    private final String where;
    private final FileBytes bytes;
    private final Map<String, StridedTensor> tensors;
    private final List<TensorEntry> entries;

    private TorchFile(FileBytes bytes) {
        this.where = bytes.toString();
        this.bytes = bytes;
        this.tensors = Collections.unmodifiableMap(read(bytes, where));
        this.entries = entries(tensors);
    }

    /**
     * Opens a file; it stays open until {@link #close()}.
     *
     * @param name its name among the files
     * @throws ModelLoadingException if there is no such file, or it is anything but a state dict's; the message says why
     * @throws IOException if it cannot be read
     */
    public static TorchFile open(ModelFiles files, String name) throws IOException {
        Arguments.require(files, "files");
        Arguments.require(name, "name");
        return FileBytes.open(files, name).opened(TorchFile::new);
    }

    private static List<TensorEntry> entries(Map<String, StridedTensor> tensors) {
        List<TensorEntry> entries = new ArrayList<>();
        long position = 0;
        for (Map.Entry<String, StridedTensor> one : tensors.entrySet()) {
            StridedTensor tensor = one.getValue();
            long end = Math.addExact(position, tensor.count() * (tensor.dtype().bits() / Byte.SIZE));
            entries.add(new TensorEntry(one.getKey(), tensor.dtype(), tensor.shape(), position, end));
            position = end;
        }
        return List.copyOf(entries);
    }

    private static Map<String, StridedTensor> read(FileBytes file, String where) {
        Map<String, MemorySegment> entries = ZipDirectory.read(file.segment(), where);
        List<String> programs = entries.keySet().stream()
                .filter(entry -> entry.endsWith(PROGRAM))
                .toList();
        if (programs.size() != 1) {
            throw new ModelLoadingException(
                    where + ": expected one entry */data.pkl, found " + programs.size() + "; it is another zip file");
        }
        String program = programs.getFirst();
        String root = program.substring(0, program.length() - PROGRAM.length() + 1);
        requireLittleEndian(entries.get(root + "byteorder"), where);
        MemorySegment bytes = entries.get(program);
        if (bytes.byteSize() > PROGRAM_BYTE_LIMIT) {
            throw new ModelLoadingException(
                    where + ": data.pkl: expected " + PROGRAM_BYTE_LIMIT + " bytes at most, found " + bytes.byteSize());
        }
        StorageTensors storages = new StorageTensors(file, entries, root);
        Map<String, StridedTensor> tensors = new LinkedHashMap<>();
        new PickleMachine(bytes, where, storages).run().entries.forEach((name, value) -> {
            if (!(value instanceof StridedTensor tensor)) {
                throw new ModelLoadingException(where + ": " + Quoted.of(name)
                        + ": expected a tensor, found another value; save the tensors alone");
            }
            tensors.put(name, tensor);
        });
        return tensors;
    }

    /** Files older than the entry come from machines on which nothing else was to be had. */
    private static void requireLittleEndian(MemorySegment order, String where) {
        if (order == null) {
            return;
        }
        byte[] bytes = order.asSlice(0, Math.min(order.byteSize(), 16)).toArray(ValueLayout.JAVA_BYTE);
        String found = new String(bytes, StandardCharsets.US_ASCII);
        if (!found.equals("little")) {
            throw new ModelLoadingException(where + ": byteorder: expected little, found " + Quoted.of(found));
        }
    }

    /** In the order of the dictionary. */
    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    /**
     * Name, type and shape of each tensor, in the order of {@link #names()}, as if their data lay one after the other; a tensor that
     * shares its storage with another counts for itself.
     */
    public List<TensorEntry> entries() {
        return entries;
    }

    @Override
    public long[] shape(String name) {
        return tensor(name).shape().clone();
    }

    @Override
    public Precision precision(String name) {
        return switch (tensor(name).dtype()) {
            case F16 -> Precision.FLOAT16;
            case BF16 -> Precision.BFLOAT16;
            default -> Precision.FLOAT32;
        };
    }

    /** @throws ModelLoadingException if its elements are integers */
    @Override
    public void requireFloatingPoint(String name) {
        StridedTensor tensor = tensor(name);
        if (!tensor.dtype().isFloatingPoint()) {
            throw new ModelLoadingException(
                    describe(name) + ": expected elements of type F32, F16, BF16 or F64, found " + tensor.dtype());
        }
    }

    @Override
    public void read(String name, long first, float[] destination, int offset, int count) {
        StridedTensor tensor = tensor(name);
        Arguments.require(destination, "destination");
        if (!tensor.dtype().isFloatingPoint()) {
            throw new IllegalArgumentException(describe(name) + ": " + tensor.dtype() + " has no float32 reading");
        }
        long elements = tensor.count();
        if (first < 0 || count < 0 || first > elements - count) {
            throw new IndexOutOfBoundsException(
                    describe(name) + ": " + count + " elements from " + first + " on are not inside its " + elements);
        }
        Objects.checkFromIndexSize(offset, count, destination.length);
        tensor.read(first, destination, offset, count);
    }

    @Override
    public String describe(String name) {
        boolean there = tensors.containsKey(Arguments.require(name, "name"));
        return where + ": " + (there ? "" : "no ") + "tensor " + Quoted.of(name);
    }

    @Override
    public void close() {
        bytes.close();
    }

    @Override
    public String toString() {
        return where;
    }

    private StridedTensor tensor(String name) {
        StridedTensor tensor = tensors.get(Arguments.require(name, "name"));
        if (tensor == null) {
            throw new IllegalArgumentException(describe(name) + " among the " + tensors.size() + " it holds");
        }
        return tensor;
    }
}

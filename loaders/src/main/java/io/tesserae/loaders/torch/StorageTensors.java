package io.tesserae.loaders.torch;

import io.tesserae.loaders.bytes.FileBytes;
import io.tesserae.loaders.bytes.FileRun;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.DType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes tensors of the storages in a file, and believes nothing of what it says of their sizes before it was compared with the bytes there are. */
final class StorageTensors {

    private static final int MOST_DIMENSIONS = 16;

    /**
     * The elements of one or more tensors.
     *
     * @param count how many there are
     */
    private record Storage(DType dtype, FileRun bytes, long count) {}

    private final FileBytes file;
    private final Map<String, MemorySegment> entries;
    private final String root;

    /**
     * Tensors of a file.
     *
     * @param entries parts of it
     * @param root what their names begin with, with a slash
     */
    StorageTensors(FileBytes file, Map<String, MemorySegment> entries, String root) {
        this.file = file;
        this.entries = entries;
        this.root = root;
    }

    /** The storage that a tuple tells of: {@code ("storage", kind, key, device, count)}. */
    Object storage(Object told) {
        if (!(told instanceof List<?> tuple)
                || tuple.size() != 5
                || !"storage".equals(tuple.get(0))
                || !(tuple.get(1) instanceof Global kind)
                || !(tuple.get(2) instanceof String key)
                || !(tuple.get(4) instanceof Long count)) {
            throw error("expected (\"storage\", kind, key, device, count), found another reference");
        }
        Optional<DType> dtype = kind.elements();
        MemorySegment bytes = entries.get(root + "data/" + key);
        if (dtype.isEmpty() || bytes == null) {
            throw error("expected a storage in an entry data/N, found one of " + kind + " in " + Quoted.of(key));
        }
        int size = dtype.get().bits() / Byte.SIZE;
        if (count < 0 || count > bytes.byteSize() / size || count * size != bytes.byteSize()) {
            throw error("storage " + Quoted.of(key) + ": expected " + count + " elements of " + size + " bytes, found "
                    + bytes.byteSize() + " bytes");
        }
        return new Storage(dtype.get(), FileRun.of(file, bytes), count);
    }

    /** The tensor that a call's arguments tell of: storage, offset, sizes, strides, and what is of no use here. */
    StridedTensor rebuild(List<?> arguments) {
        if (arguments.size() < 6
                || arguments.size() > 7
                || !(arguments.get(0) instanceof Storage storage)
                || !(arguments.get(1) instanceof Long offset)
                || !(arguments.get(2) instanceof List<?> sizes)
                || !(arguments.get(3) instanceof List<?> steps)) {
            throw error(Global.REBUILD_TENSOR + ": expected a storage, an offset, sizes and strides, found others");
        }
        if (sizes.size() != steps.size() || sizes.size() > MOST_DIMENSIONS) {
            throw error("a tensor: expected a stride for each of at most " + MOST_DIMENSIONS + " dimensions, found "
                    + steps.size() + " for " + sizes.size());
        }
        long[] shape = numbers(sizes);
        long[] strides = numbers(steps);
        requireInside(storage, offset, shape, strides);
        return new StridedTensor(storage.dtype, storage.bytes, offset, shape, strides);
    }

    private long[] numbers(List<?> values) {
        long[] numbers = new long[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!(values.get(i) instanceof Long number) || number < 0) {
                throw error("a tensor: expected sizes and strides of 0 or more, found others");
            }
            numbers[i] = number;
        }
        return numbers;
    }

    /** A tensor has no more elements than its storage: one that repeats some would take memory that no file has to pay for. */
    private void requireInside(Storage storage, long offset, long[] shape, long[] strides) {
        long count = 1;
        long last = offset;
        try {
            for (int i = 0; i < shape.length; i++) {
                count = Math.multiplyExact(count, shape[i]);
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), strides[i]));
            }
        } catch (ArithmeticException e) {
            count = Long.MAX_VALUE;
        }
        if (offset < 0 || count > storage.count || (count == 0 ? offset > storage.count : last >= storage.count)) {
            throw error("a tensor: expected no more than the " + storage.count + " elements of its storage, found one"
                    + " that leads out of them, or repeats them");
        }
    }

    private ModelLoadingException error(String message) {
        return new ModelLoadingException(file + ": data.pkl: " + message);
    }
}

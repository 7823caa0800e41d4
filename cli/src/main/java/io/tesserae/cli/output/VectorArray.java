package io.tesserae.cli.output;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Output;
import io.tesserae.loaders.array.NpyFile;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Vectors as an array. Its header, which says how many there are, stands before them: so they lie in a file without a name
 * until the last is there, and memory holds none.
 *
 * <p>As {@code .npy} all are one array of float32, {@code [inputs, hidden]} or {@code [inputs, tokens, hidden]}, and all inputs
 * must have equally many tokens. As {@code .safetensors} one vector for each input makes the tensor {@code embeddings} of shape
 * {@code [inputs, hidden]}; several make a tensor for each input, {@code [tokens, hidden]}, whose name is the input's number,
 * from 0.
 */
final class VectorArray implements VectorOutput {

    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputFormat format;
    private final Output out;
    private final FileChannel floats;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final List<int[]> shapes = new ArrayList<>(); // of inputs with several vectors
    private int[] first;
    private long inputs;

    private VectorArray(OutputFormat format, Output out, FileChannel floats) {
        this.format = format;
        this.out = out;
        this.floats = floats;
    }

    /** Beside the file that is asked for, where there is room for it; else where temporary files go. */
    static VectorArray open(OutputFormat format, Optional<Path> answers, Output out) throws IOException {
        Optional<Path> folder = answers.filter(file -> !Files.exists(file) || Files.isRegularFile(file))
                .map(file -> file.toAbsolutePath().getParent());
        Path file = folder.isPresent()
                ? Files.createTempFile(folder.get(), ".tesserae-", ".part")
                : Files.createTempFile("tesserae-", ".part");
        FileChannel floats = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        return new VectorArray(format, out, floats);
    }

    @Override
    public void write(String input, Tensor vectors) {
        FiniteNumber.requireAll(vectors);
        int[] shape = vectors.shape();
        if (first == null) {
            first = shape;
        } else if (format == OutputFormat.NPY && !Arrays.equals(first, shape)) {
            throw new CommandException("vectors for " + shape[0] + " tokens, and those before it have " + first[0]
                    + "; an .npy file has room for one number of tokens: write .safetensors");
        }
        if (shape.length > 1 && format == OutputFormat.SAFETENSORS) {
            shapes.add(shape);
        }
        inputs++;
        try {
            append(vectors);
        } catch (IOException e) {
            throw new CommandException("a temporary file for vectors: " + e.getMessage(), e);
        }
    }

    private void append(Tensor vectors) throws IOException {
        int capacity = BUFFER_BYTES / Float.BYTES;
        for (int done = 0; done < vectors.size(); done += capacity) {
            int length = Math.min(capacity, vectors.size() - done);
            buffer.clear().limit(length * Float.BYTES);
            buffer.asFloatBuffer().put(vectors.data(), done, length);
            while (buffer.hasRemaining()) {
                floats.write(buffer);
            }
        }
    }

    @Override
    public void complete() {
        if (inputs == 0) {
            throw new CommandException("no input, and so no vectors: how long they would be is not known");
        }
        if (format == OutputFormat.NPY) {
            out.bytes(stream -> {
                stream.write(npyHeader());
                copy(0, inputs * bytes(first), stream);
            });
        } else {
            writeTensors();
        }
    }

    private void writeTensors() {
        SafetensorsWriter writer = safetensors();
        try {
            out.bytes(writer::write);
        } catch (IllegalStateException e) {
            throw new CommandException(inputs + " inputs are too many for one file: " + e.getMessage(), e);
        }
    }

    private byte[] npyHeader() {
        return NpyFile.header(
                LongStream.concat(LongStream.of(inputs), Arrays.stream(first).asLongStream())
                        .toArray());
    }

    private SafetensorsWriter safetensors() {
        SafetensorsWriter writer = new SafetensorsWriter();
        if (shapes.isEmpty()) {
            long size = inputs * bytes(first);
            return writer.add("embeddings", DType.F32, new long[] {inputs, first[0]}, stream -> copy(0, size, stream));
        }
        long position = 0;
        for (int input = 0; input < shapes.size(); input++) {
            int[] shape = shapes.get(input);
            long begin = position;
            writer.add(
                    Integer.toString(input),
                    DType.F32,
                    new long[] {shape[0], shape[1]},
                    stream -> copy(begin, bytes(shape), stream));
            position += bytes(shape);
        }
        return writer;
    }

    private static long bytes(int[] shape) {
        return Arrays.stream(shape).asLongStream().reduce(Float.BYTES, Math::multiplyExact);
    }

    private void copy(long begin, long count, OutputStream stream) throws IOException {
        for (long done = 0; done < count; ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), count - done));
            int read = floats.read(buffer, begin + done);
            if (read < 0) {
                throw new IOException("the temporary file for vectors has been cut short");
            }
            stream.write(buffer.array(), 0, read);
            done += read;
        }
    }

    @Override
    public void close() throws IOException {
        floats.close();
    }
}

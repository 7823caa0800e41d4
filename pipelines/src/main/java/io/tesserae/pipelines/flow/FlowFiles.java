package io.tesserae.pipelines.flow;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.array.NpyFile;
import io.tesserae.pipelines.drawing.WholeFile;
import io.tesserae.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Optical flow in files: Middlebury's {@code .flo}, which benchmarks read, and NumPy's {@code .npy}.
 *
 * <p>A {@code .flo} file has, all little-endian, the float 202021.25 (as text: {@code PIEH}), width and height as 32-bit
 * integers, and for each pixel, row by row, two floats: how far it moves to the right, and down.
 *
 * @see <a href="https://vision.middlebury.edu/flow/code/flow-code/README.txt">Middlebury's flow-code</a>
 */
public final class FlowFiles {

    private static final float MAGIC = 202021.25f;

    private static final int HEADER_BYTES = Float.BYTES + 2 * Integer.BYTES;

    /** Middlebury's own code reads no more. */
    private static final int LONGEST_SIDE = 99_999;

    private static final int BUFFER_BYTES = 1 << 16;

    private FlowFiles() {}

    /**
     * Writes a {@code .flo} file, in place of one that is there already.
     *
     * @throws IllegalArgumentException if a side is longer than 99,999 pixels: no such file may have it
     */
    public static void writeFlo(OpticalFlow flow, Path file) throws IOException {
        Arguments.require(flow, "flow");
        if (flow.width() > LONGEST_SIDE || flow.height() > LONGEST_SIDE) {
            throw new IllegalArgumentException("a .flo file has sides of at most " + LONGEST_SIDE + " pixels, found "
                    + flow.width() + " x " + flow.height());
        }
        ByteBuffer header = littleEndian(HEADER_BYTES);
        header.putFloat(MAGIC).putInt(flow.width()).putInt(flow.height());
        WholeFile.write(Arguments.require(file, "file"), stream -> {
            stream.write(header.array());
            writeFloats(flow.flow(), stream);
        });
    }

    private static void writeFloats(Tensor tensor, OutputStream stream) throws IOException {
        ByteBuffer buffer = littleEndian(BUFFER_BYTES);
        for (int done = 0; done < tensor.size(); done += BUFFER_BYTES / Float.BYTES) {
            int count = Math.min(BUFFER_BYTES / Float.BYTES, tensor.size() - done);
            buffer.asFloatBuffer().put(tensor.data(), done, count);
            stream.write(buffer.array(), 0, count * Float.BYTES);
        }
    }

    /** Writes a {@code .npy} file, float32 of {@code (height, width, 2)}, in place of one that is there already. */
    public static void writeNpy(OpticalFlow flow, Path file) throws IOException {
        Arguments.require(flow, "flow");
        WholeFile.write(Arguments.require(file, "file"), stream -> {
            stream.write(NpyFile.header(flow.height(), flow.width(), OpticalFlow.AXES));
            writeFloats(flow.flow(), stream);
        });
    }

    /**
     * Reads a {@code .flo} file.
     *
     * @throws IOException if it cannot be read, or is none, or is shorter or longer than its size says
     */
    public static OpticalFlow readFlo(Path file) throws IOException {
        long bytes = Files.size(Arguments.require(file, "file"));
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            ByteBuffer header = ByteBuffer.wrap(stream.readNBytes(HEADER_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            if (header.remaining() < HEADER_BYTES || header.getFloat() != MAGIC) {
                throw new IOException(file + ": not a .flo file: expected it to begin with PIEH, width and height");
            }
            int width = header.getInt();
            int height = header.getInt();
            long size = (long) width * height * OpticalFlow.AXES;
            if (width < 1 || height < 1 || width > LONGEST_SIDE || height > LONGEST_SIDE) {
                throw new IOException(file + ": expected a width and a height from 1 to " + LONGEST_SIDE + ", found "
                        + width + " x " + height);
            }
            if (bytes != HEADER_BYTES + size * Float.BYTES) { // asked before so much memory is
                throw new IOException(file + ": a flow of " + width + " x " + height + " pixels has "
                        + (HEADER_BYTES + size * Float.BYTES) + " bytes, found " + bytes);
            }
            if (size > Integer.MAX_VALUE - 8) {
                throw new IOException(file + ": a flow of " + width + " x " + height
                        + " pixels has more values than a Java array can hold");
            }
            Tensor flow = Tensor.zeros(height, width, OpticalFlow.AXES);
            readFloats(stream, flow, file);
            return new OpticalFlow(flow);
        }
    }

    private static void readFloats(InputStream stream, Tensor tensor, Path file) throws IOException {
        ByteBuffer buffer = littleEndian(BUFFER_BYTES);
        for (int done = 0; done < tensor.size(); done += BUFFER_BYTES / Float.BYTES) {
            int count = Math.min(BUFFER_BYTES / Float.BYTES, tensor.size() - done);
            if (stream.readNBytes(buffer.array(), 0, count * Float.BYTES) < count * Float.BYTES) {
                throw new EOFException(file + ": became shorter while it was read");
            }
            buffer.asFloatBuffer().get(tensor.data(), done, count);
        }
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}

package io.tesserae.loaders.array;

import io.tesserae.arguments.Arguments;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * NumPy's {@code .npy} files: a header, then the values.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>
 */
public final class NpyFile {

    /** The values begin at a multiple of it. */
    private static final int ALIGNMENT = 64;

    private static final byte[] MAGIC_AND_VERSION = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

    /** NumPy's own limit, before its version 2. */
    private static final int MOST_DIMENSIONS = 32;

    private NpyFile() {}

    /**
     * What stands before the values of an array of float32, little-endian and row-major.
     *
     * @param shape two to 32 dimensions, outermost first, each 0 or more
     * @throws IllegalArgumentException if the shape is another
     */
    public static byte[] header(long... shape) {
        if (Arguments.require(shape, "shape").length < 2
                || shape.length > MOST_DIMENSIONS
                || Arrays.stream(shape).anyMatch(dimension -> dimension < 0)) {
            throw new IllegalArgumentException("shape: expected 2 to " + MOST_DIMENSIONS
                    + " dimensions of 0 or more, found " + Arrays.toString(shape));
        }
        String dimensions = Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
        String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + dimensions + "), }";
        int textAt = MAGIC_AND_VERSION.length + Short.BYTES;
        int size = Math.ceilDiv(textAt + dictionary.length() + 1, ALIGNMENT) * ALIGNMENT;
        byte[] header = new byte[size];
        Arrays.fill(header, (byte) ' ');
        header[size - 1] = '\n';
        ByteBuffer.wrap(header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC_AND_VERSION)
                .putShort((short) (size - textAt))
                .put(dictionary.getBytes(StandardCharsets.US_ASCII));
        return header;
    }
}

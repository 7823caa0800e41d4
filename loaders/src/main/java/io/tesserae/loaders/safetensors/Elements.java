package io.tesserae.loaders.safetensors;

import io.tesserae.loaders.bytes.FileBytes.FloatReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;

/** Stored elements as Java numbers. Nothing is aligned: a tensor may begin at any byte of its file. */
final class Elements {

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ORDER);

    /** Made once: a row of an embedding table is read without making an object. */
    private static final Map<DType, FloatReader> FLOAT_READERS = new EnumMap<>(DType.class);

    static {
        for (DType dtype : DType.values()) {
            FLOAT_READERS.put(
                    dtype,
                    (source, position, destination, offset, count) ->
                            toFloats(dtype, source, position, destination, offset, count));
        }
    }

    private Elements() {}

    /** {@link #toFloats} of one type. */
    static FloatReader floatReader(DType dtype) {
        return FLOAT_READERS.get(dtype);
    }

    /**
     * Reads elements as float32: floating-point numbers of 8 and 16 bits are widened exactly, all others rounded to the nearest.
     *
     * @param dtype one that {@link DType#readsAsFloat() reads as float}
     * @param position of the first element, in bytes
     */
    static void toFloats(DType dtype, MemorySegment source, long position, float[] destination, int offset, int count) {
        switch (dtype) {
            case F32 -> MemorySegment.copy(source, FLOAT, position, destination, offset, count);
            case F16 -> widenHalf(source, position, destination, offset, count);
            case BF16 -> widenBrainFloat(source, position, destination, offset, count);
            case F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ, F8_E8M0 ->
                widenFloat8(Float8.values(dtype), source, position, destination, offset, count);
            case F64 -> {
                for (int i = 0; i < count; i++) {
                    destination[offset + i] = (float) source.get(DOUBLE, position + (long) i * Double.BYTES);
                }
            }
            case U64 -> {
                for (int i = 0; i < count; i++) {
                    destination[offset + i] = unsignedToFloat(source.get(LONG, position + (long) i * Long.BYTES));
                }
            }
            default -> {
                int size = dtype.bits() / Byte.SIZE;
                for (int i = 0; i < count; i++) {
                    destination[offset + i] = toLong(dtype, source, position + (long) i * size);
                }
            }
        }
    }

    /**
     * One element as an integer; a {@link DType#U64} of 2^63 or more comes out negative.
     *
     * @param dtype one that {@link DType#readsAsInteger() reads as integer}
     * @param position in bytes
     */
    static long toLong(DType dtype, MemorySegment source, long position) {
        return switch (dtype) {
            case BOOL -> source.get(ValueLayout.JAVA_BYTE, position) == 0 ? 0 : 1;
            case U8 -> Byte.toUnsignedLong(source.get(ValueLayout.JAVA_BYTE, position));
            case I8 -> source.get(ValueLayout.JAVA_BYTE, position);
            case I16 -> source.get(SHORT, position);
            case U16 -> Short.toUnsignedLong(source.get(SHORT, position));
            case I32 -> source.get(INT, position);
            case U32 -> Integer.toUnsignedLong(source.get(INT, position));
            case I64, U64 -> source.get(LONG, position);
            default -> throw new IllegalArgumentException(dtype + " is not an integer type");
        };
    }

    /** In a method of its own, as the next, so that the JIT makes vectors of the loop: 0.06 ns a value; through an array first, 0.15. */
    private static void widenHalf(MemorySegment source, long position, float[] destination, int offset, int count) {
        for (int i = 0; i < count; i++) {
            destination[offset + i] = Float.float16ToFloat(source.get(SHORT, position + (long) i * Short.BYTES));
        }
    }

    private static void widenBrainFloat(
            MemorySegment source, long position, float[] destination, int offset, int count) {
        for (int i = 0; i < count; i++) {
            int bits = source.get(SHORT, position + (long) i * Short.BYTES) << Short.SIZE;
            destination[offset + i] = Float.intBitsToFloat(bits);
        }
    }

    private static void widenFloat8(
            float[] values, MemorySegment source, long position, float[] destination, int offset, int count) {
        for (int i = 0; i < count; i++) {
            destination[offset + i] = values[Byte.toUnsignedInt(source.get(ValueLayout.JAVA_BYTE, position + i))];
        }
    }

    /** Halves what has the sign bit set; the bit that falls off stays in the last place, where it decides a tie. */
    private static float unsignedToFloat(long value) {
        return value >= 0 ? value : 2f * (value >>> 1 | value & 1);
    }
}

package io.tesserae.loaders.wire;

import io.tesserae.loaders.files.ModelLoadingException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * One message in protobuf's wire format, field by field. Nothing is allocated for a length before it is known to lie inside the
 * message, and a message inside this one is another reader: how deep messages nest is up to who reads them, not to the file.
 *
 * <p>Every field has to be read or {@linkplain #skip() skipped} before the next one.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protobuf's encoding</a>
 */
public final class WireReader {

    /** Wire types. The two that are missing, 3 and 4, are groups, which no format that is read here has. */
    public static final int VARINT = 0;

    public static final int FIXED64 = 1;
    public static final int BYTES = 2;
    public static final int FIXED32 = 5;

    private static final int MOST_VARINT_BYTES = 10;
    private static final int LARGEST_FIELD = (1 << 29) - 1;

    private final MemorySegment file;
    private final String where;
    private final String format;
    private final long end;
    private long position;
    private int field;
    private int wireType;

    /**
     * A whole file, which is one message.
     *
     * @param where the file's name, for error messages
     * @param format what it should be: {@code an ONNX file}
     */
    public WireReader(MemorySegment file, String where, String format) {
        this(file, where, format, 0, file.byteSize());
    }

    private WireReader(MemorySegment file, String where, String format, long begin, long end) {
        this.file = file;
        this.where = where;
        this.format = format;
        this.position = begin;
        this.end = end;
    }

    /** The same message from its beginning on, for who reads it twice. */
    public WireReader again() {
        return new WireReader(file, where, format, position, end);
    }

    /** Goes to the next field; false where the message ends. */
    public boolean next() {
        if (position == end) {
            return false;
        }
        long tag = readVarint();
        long number = tag >>> 3;
        if (number < 1 || number > LARGEST_FIELD) {
            throw error("expected the number of a field, found " + Long.toUnsignedString(number));
        }
        field = (int) number;
        wireType = (int) tag & 7;
        return true;
    }

    /** The field that {@link #next()} went to. */
    public int field() {
        return field;
    }

    /** How its value is written. */
    public int wireType() {
        return wireType;
    }

    /** Whether the message has no more bytes. */
    public boolean atEnd() {
        return position == end;
    }

    /** The value of a field of integers. */
    public long varint() {
        require(VARINT, "an integer");
        return readVarint();
    }

    /** The bytes of a field, where they lie. */
    public MemorySegment bytes() {
        require(BYTES, "bytes");
        long length = length();
        MemorySegment bytes = file.asSlice(position, length);
        position += length;
        return bytes;
    }

    /** The message in a field. */
    public WireReader message() {
        require(BYTES, "a message");
        long length = length();
        WireReader message = new WireReader(file, where, format, position, position + length);
        position += length;
        return message;
    }

    /** The four bytes of a field of floats that stand one by one. */
    public MemorySegment fixed32() {
        require(FIXED32, "a float");
        return take(Float.BYTES);
    }

    /**
     * The text of a field.
     *
     * @param mostBytes a longer one is refused
     */
    public String text(int mostBytes) {
        long begin = position;
        MemorySegment bytes = bytes();
        if (bytes.byteSize() > mostBytes) {
            throw error(begin, "expected a name of at most " + mostBytes + " bytes, found " + bytes.byteSize());
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toArray(ValueLayout.JAVA_BYTE)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw error(begin, "expected a name in UTF-8");
        }
    }

    /** Goes past a field that nobody wants. */
    public void skip() {
        switch (wireType) {
            case VARINT -> readVarint();
            case FIXED64 -> take(Long.BYTES);
            case BYTES -> bytes();
            case FIXED32 -> take(Integer.BYTES);
            default -> throw error("expected a value of wire type 0, 1, 2 or 5, found " + wireType);
        }
    }

    /** An integer without a field before it, as they stand in a row that is packed. */
    public long readVarint() {
        long value = 0;
        for (int i = 0; i < MOST_VARINT_BYTES; i++) {
            if (position == end) {
                throw error("cut short inside an integer");
            }
            byte next = file.get(ValueLayout.JAVA_BYTE, position++);
            if (i == MOST_VARINT_BYTES - 1 && (next & 0xFE) != 0) {
                break;
            }
            value |= (long) (next & 0x7F) << 7 * i;
            if (next >= 0) {
                return value;
            }
        }
        throw error("expected an integer of 64 bits, found a longer one");
    }

    private long length() {
        long length = readVarint();
        if (length < 0 || length > end - position) {
            throw error("announces " + Long.toUnsignedString(length) + " bytes, but " + (end - position)
                    + " follow in what it is part of");
        }
        return length;
    }

    private MemorySegment take(int count) {
        if (count > end - position) {
            throw error("expected " + count + " bytes, found " + (end - position));
        }
        MemorySegment bytes = file.asSlice(position, count);
        position += count;
        return bytes;
    }

    private void require(int expected, String what) {
        if (wireType != expected) {
            throw error("field " + field + ": expected " + what + ", found a value of wire type " + wireType);
        }
    }

    /** What is said of a file that breaks a rule of the format. */
    public ModelLoadingException error(String problem) {
        return error(position, problem);
    }

    private ModelLoadingException error(long at, String problem) {
        return new ModelLoadingException(
                where + ": cut short, damaged, or not " + format + ": near byte " + at + ": " + problem);
    }
}

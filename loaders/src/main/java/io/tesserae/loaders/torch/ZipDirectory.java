package io.tesserae.loaders.torch;

import io.tesserae.loaders.files.ModelLoadingException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the entries of a zip file lie, in a file that {@code torch.save} wrote: all of them stored as they are, so that they can be read
 * where they lie. Nothing is allocated for a length before it is known to lie inside the file. Checksums are not compared.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT, section 4.3</a>
 */
final class ZipDirectory {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int END_RECORD = 0x06054b50;
    private static final int LARGE_LOCATOR = 0x07064b50;
    private static final int LARGE_END_RECORD = 0x06064b50;
    private static final int ENTRY = 0x02014b50;
    private static final int LOCAL_HEADER = 0x04034b50;

    private static final int END_BYTES = 22;
    private static final int LOCATOR_BYTES = 20;
    private static final int LARGE_END_BYTES = 56;
    private static final int ENTRY_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final int LARGE_FIELD = 1; // the extra field with sizes of more than 32 bits
    private static final long IN_EXTRA_FIELD = 0xFFFFFFFFL;
    private static final int ENCRYPTED = 1;

    private final MemorySegment file;
    private final String where;

    private ZipDirectory(MemorySegment file, String where) {
        this.file = file;
        this.where = where;
    }

    /**
     * The bytes of every entry, by its name.
     *
     * @param where the file's name, for error messages
     * @throws ModelLoadingException if it is no such file
     */
    static Map<String, MemorySegment> read(MemorySegment file, String where) {
        return new ZipDirectory(file, where).entries();
    }

    private Map<String, MemorySegment> entries() {
        long end = file.byteSize() - END_BYTES;
        if (end < 0 || file.get(INT, end) != END_RECORD) {
            throw notZip();
        }
        long count = u16(end + 10);
        long bytes = u32(end + 12);
        long begin = u32(end + 16);
        long locator = end - LOCATOR_BYTES;
        if (locator >= 0 && file.get(INT, locator) == LARGE_LOCATOR) {
            long large = file.get(LONG, locator + 8);
            if (large < 0 || large > locator - LARGE_END_BYTES || file.get(INT, large) != LARGE_END_RECORD) {
                throw error("expected the end of its directory at byte " + large);
            }
            count = file.get(LONG, large + 32);
            bytes = file.get(LONG, large + 40);
            begin = file.get(LONG, large + 48);
        }
        if (begin < 0 || bytes < 0 || begin > end - bytes || count < 0 || count > bytes / ENTRY_BYTES) {
            throw error("expected a directory before byte " + end + ", found " + count + " entries in " + bytes
                    + " bytes at " + begin);
        }
        Map<String, MemorySegment> entries = new LinkedHashMap<>();
        long position = begin;
        for (long i = 0; i < count; i++) {
            position = read(position, begin + bytes, entries);
        }
        return entries;
    }

    /** Reads one line of the directory; where the next is. */
    private long read(long at, long end, Map<String, MemorySegment> entries) {
        if (at > end - ENTRY_BYTES || file.get(INT, at) != ENTRY) {
            throw error("expected an entry of its directory at byte " + at);
        }
        int nameBytes = u16(at + 28);
        int extraBytes = u16(at + 30);
        long next = at + ENTRY_BYTES + nameBytes + extraBytes + u16(at + 32);
        if (next > end) {
            throw error("the entry at byte " + at + " is longer than its directory");
        }
        byte[] bytes = file.asSlice(at + ENTRY_BYTES, nameBytes).toArray(ValueLayout.JAVA_BYTE);
        String name = new String(bytes, StandardCharsets.UTF_8);
        Sizes sizes = sizes(at, at + ENTRY_BYTES + nameBytes, extraBytes, name);
        if (u16(at + 10) != 0 || sizes.stored != sizes.size || (u16(at + 8) & ENCRYPTED) != 0) {
            throw error(Quoted.of(name) + ": expected an entry that is stored as it is, as torch.save does it, found"
                    + " one that is compressed or encrypted");
        }
        if (entries.put(name, data(sizes.offset, sizes.size, name)) != null) {
            throw error(Quoted.of(name) + ": is in it twice");
        }
        return next;
    }

    private record Sizes(long size, long stored, long offset) {}

    /** Those that need more than 32 bits are in an extra field, in this order. */
    private Sizes sizes(long at, long extra, int extraBytes, String name) {
        long[] values = {u32(at + 24), u32(at + 20), u32(at + 42)}; // size, stored, offset
        long end = extra + extraBytes;
        for (long field = extra; field <= end - 4; field += 4 + u16(field + 2)) {
            if (u16(field) == LARGE_FIELD) {
                long place = field + 4;
                long fieldEnd = Math.min(end, place + u16(field + 2));
                for (int i = 0; i < values.length; i++) {
                    if (values[i] == IN_EXTRA_FIELD && place <= fieldEnd - Long.BYTES) {
                        values[i] = file.get(LONG, place);
                        place += Long.BYTES;
                    }
                }
                break;
            }
        }
        if (values[0] < 0 || values[2] < 0) {
            throw error(Quoted.of(name) + ": expected sizes below 2^63");
        }
        return new Sizes(values[0], values[1], values[2]);
    }

    private MemorySegment data(long header, long size, String name) {
        if (header > file.byteSize() - LOCAL_BYTES || file.get(INT, header) != LOCAL_HEADER) {
            throw error(Quoted.of(name) + ": expected its data at byte " + header);
        }
        long begin = header + LOCAL_BYTES + u16(header + 26) + u16(header + 28);
        if (begin > file.byteSize() || size > file.byteSize() - begin) {
            throw error(Quoted.of(name) + ": expected " + size + " bytes at byte " + begin + ", found the end of the"
                    + " file, of " + file.byteSize() + " bytes; it was cut off");
        }
        return file.asSlice(begin, size);
    }

    private int u16(long at) {
        return Short.toUnsignedInt(file.get(SHORT, at));
    }

    private long u32(long at) {
        return Integer.toUnsignedLong(file.get(INT, at));
    }

    private ModelLoadingException notZip() {
        boolean old = file.byteSize() > 2 && file.get(ValueLayout.JAVA_BYTE, 0) == (byte) 0x80;
        return error(
                old
                        ? "expected a zip file, found a bare pickle, as torch.save wrote it before version 1.6; load it"
                                + " with torch and save it again"
                        : "expected a zip file, as torch.save writes it, found another or one that was cut off");
    }

    private ModelLoadingException error(String message) {
        return new ModelLoadingException(where + ": " + message);
    }
}

package io.tesserae.cli.console;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A file descriptor that was open when the process started, beyond the three that Java knows.
 *
 * <p>Opening {@code /dev/fd/3} instead would be another descriptor with a place in the file of its own: two writers would
 * write over each other's lines, and a socket cannot be opened at all. So this calls {@code write} of the C library; only
 * the command line does, and only when there is something to say.
 */
final class DescriptorStream extends OutputStream {

    private final int descriptor;

    DescriptorStream(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Looked up when the first byte is written: that takes longer than most runs have to spare. */
    private static final class Native {

        static final MethodHandle WRITE = write();

        @SuppressWarnings("restricted")
        private static MethodHandle write() {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("write"),
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(Math.max(length, 1));
            MemorySegment.copy(bytes, offset, segment, JAVA_BYTE, 0, length);
            for (long done = 0; done < length; ) {
                long written = write(segment.asSlice(done), length - done);
                if (written <= 0) {
                    throw new IOException("writing to descriptor " + descriptor + " failed");
                }
                done += written;
            }
        }
    }

    private long write(MemorySegment bytes, long count) {
        try {
            return (long) Native.WRITE.invokeExact(descriptor, bytes, count);
        } catch (Throwable e) {
            throw new IllegalStateException(e); // C throws nothing
        }
    }
}

package io.tesserae.loaders.hub;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The system call {@code flock(2)}, on Linux and macOS. The constants below have these values on both, unless said.
 */
final class Flock implements AutoCloseable {

    private static final boolean IS_MAC = systemName().contains("mac");

    private static final int EXCLUSIVE = 2; // LOCK_EX
    private static final int WITHOUT_WAITING = 4; // LOCK_NB
    private static final int READ_WRITE = 2; // O_RDWR
    private static final int HELD_BY_ANOTHER = IS_MAC ? 35 : 11; // EWOULDBLOCK

    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** Empty where the module may not call foreign functions, or the system is another. */
    private static final Optional<Flock.Functions> FUNCTIONS = Functions.find();

    private final int descriptor;

    private Flock(int descriptor) {
        this.descriptor = descriptor;
    }

    static boolean isAvailable() {
        return FUNCTIONS.isPresent();
    }

    /** Empty where another has the lock. */
    static Optional<Flock> tryLock(Path file) throws IOException {
        Functions functions = FUNCTIONS.orElseThrow();
        int descriptor = functions.open(file);
        if (descriptor < 0) {
            throw new IOException(file + ": opening the lock failed");
        }
        if (functions.flock(descriptor) == HELD_BY_ANOTHER) {
            functions.close(descriptor);
            return Optional.empty();
        }
        return Optional.of(new Flock(descriptor)); // also on a drive that has no locks
    }

    /** The system lets go of the lock with the descriptor. */
    @Override
    public void close() {
        FUNCTIONS.orElseThrow().close(descriptor);
    }

    private static String systemName() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT);
    }

    private record Functions(MethodHandle open, MethodHandle flock, MethodHandle close) {

        @SuppressWarnings("restricted") // asked for below
        static Optional<Functions> find() {
            boolean known = systemName().contains("linux") || IS_MAC;
            if (!known || !Flock.class.getModule().isNativeAccessEnabled()) {
                return Optional.empty();
            }
            Linker linker = Linker.nativeLinker();
            SymbolLookup symbols = linker.defaultLookup();
            return Optional.of(new Functions(
                    linker.downcallHandle(
                            symbols.findOrThrow("open"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                            Linker.Option.firstVariadicArg(2)),
                    linker.downcallHandle(
                            symbols.findOrThrow("flock"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                            Linker.Option.captureCallState("errno")),
                    linker.downcallHandle(
                            symbols.findOrThrow("close"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))));
        }

        int open(Path file) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment path = arena.allocateFrom(file.toAbsolutePath().toString());
                return (int) open.invokeExact(path, READ_WRITE);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        /** 0, or the number of the error. */
        int flock(int descriptor) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
                int result = (int) flock.invokeExact(state, descriptor, EXCLUSIVE | WITHOUT_WAITING);
                return result == 0 ? 0 : (int) ERRNO.get(state, 0L);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        void close(int descriptor) {
            try {
                int _ = (int) close.invokeExact(descriptor);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

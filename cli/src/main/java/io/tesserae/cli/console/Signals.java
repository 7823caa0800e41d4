package io.tesserae.cli.console;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The signals that tell a process to end. The JVM takes the first for a wish to shut down, and every further one for the same
 * wish, which it fulfils already; this gives them back to the system, for which the next is an order.
 */
public final class Signals {

    /** {@code SIGINT} and {@code SIGTERM}, on every system. */
    private static final int[] ENDING = {2, 15};

    /** {@code SIG_DFL}. */
    private static final MemorySegment BY_THE_SYSTEM = MemorySegment.NULL;

    /** {@code SIG_IGN}. */
    private static final MemorySegment IGNORED = MemorySegment.ofAddress(1);

    private Signals() {}

    /** From now on the next signal ends the process at once. Where the C library may not be called, all stays as it was. */
    public static void giveBack() {
        Optional<MethodHandle> signal = Signals.class.getModule().isNativeAccessEnabled() ? signal() : Optional.empty();
        if (signal.isEmpty()) {
            return;
        }
        for (int number : ENDING) {
            // A job in the background that was started to ignore one goes on to do so.
            if (set(signal.get(), number, BY_THE_SYSTEM).equals(IGNORED)) {
                set(signal.get(), number, IGNORED);
            }
        }
    }

    /** {@code void (*signal(int, void (*)(int)))(int)}. */
    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> signal() {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("signal")
                .map(function -> linker.downcallHandle(function, FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS)));
    }

    /** Returns what was done before. */
    private static MemorySegment set(MethodHandle signal, int number, MemorySegment action) {
        try {
            return (MemorySegment) signal.invokeExact(number, action);
        } catch (Throwable e) {
            throw new IllegalStateException(e); // C throws nothing
        }
    }
}

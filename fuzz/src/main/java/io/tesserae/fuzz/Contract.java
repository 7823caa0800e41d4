package io.tesserae.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * What every parser promises for every input: an answer or a documented exception, in little time, with memory in proportion to
 * the input. Whatever else happens is a finding.
 *
 * <p>Memory is what the thread allocates, garbage and all, as the JVM counts it: it sees the array that an absurd length asks for even
 * where there happens to be room for it. What native code takes (zlib, libjpeg) is not in it; {@code fuzz/run} limits the process.
 */
public final class Contract {

    /**
     * The processor time that an input may take. Inputs are of kilobytes, which take microseconds; this is for the JVM's first calls,
     * a machine that is busy, and pictures of millions of pixels.
     */
    static final long CPU_NANOSECONDS = 5_000_000_000L;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Contract() {}

    /**
     * Holds a target to its contract for one input.
     *
     * @throws Finding if it does not keep it
     */
    public static void check(FuzzTarget target, byte[] input) {
        long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
        long timeBefore = THREADS.getCurrentThreadCpuTime();
        try {
            target.read(input);
        } catch (IOException e) {
            throw new Finding("an IOException although nothing was read from disk", e);
        } catch (RuntimeException e) {
            requireRefusal(target, e);
        }
        long time = THREADS.getCurrentThreadCpuTime() - timeBefore;
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
        if (bytes > target.bound().bytes(input.length)) {
            throw new Finding("an input of " + input.length + " bytes made it allocate " + bytes + "; the bound is "
                    + target.bound().bytes(input.length));
        }
        if (time > CPU_NANOSECONDS) {
            throw new Finding("an input of " + input.length + " bytes took " + time / 1_000_000 + " ms");
        }
    }

    private static void requireRefusal(FuzzTarget target, RuntimeException e) {
        if (target.refusals().stream().noneMatch(refusal -> refusal.isInstance(e))) {
            throw e; // as it is, so that the finding's stack is the parser's
        }
        if (e.getMessage() == null || e.getMessage().length() > 20_000) {
            throw new Finding("a refusal whose message is absent, or endless", e);
        }
    }

    /** A broken promise. */
    public static final class Finding extends AssertionError {

        private static final long serialVersionUID = 1;

        Finding(String message) {
            super(message);
        }

        Finding(String message, Throwable cause) {
            super(message, cause);
        }
    }
}

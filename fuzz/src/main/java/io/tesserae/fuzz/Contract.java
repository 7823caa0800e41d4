package io.tesserae.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * What every parser promises for every input: an answer or a documented exception, in little time, with memory in proportion to
 * the input and the answer. Whatever else happens is a finding.
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
        Cost cost = measure(target, input);
        // The first calls load classes, and compile them; what an input costs by itself it costs every time.
        for (int again = 0; again < 2 && cost.exceeds(target.bound(), input.length); again++) {
            cost = measure(target, input);
        }
        if (cost.exceeds(target.bound(), input.length)) {
            throw new Finding("an input of " + input.length + " bytes made it allocate " + cost.bytes
                    + " bytes besides the answer, the bound being "
                    + target.bound().bytes(input.length) + ", and took " + cost.nanoseconds / 1_000_000
                    + " ms, the bound being "
                    + CPU_NANOSECONDS / 1_000_000);
        }
    }

    /** What an input took: bytes besides the answer's, processor time. */
    private record Cost(long bytes, long nanoseconds) {
        boolean exceeds(FuzzTarget.Bound bound, int length) {
            return bytes > bound.bytes(length) || nanoseconds > CPU_NANOSECONDS;
        }
    }

    private static Cost measure(FuzzTarget target, byte[] input) {
        long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
        long timeBefore = THREADS.getCurrentThreadCpuTime();
        long answer = 0;
        try {
            answer = target.read(input);
        } catch (IOException e) {
            throw new Finding("an IOException although nothing was read from disk", e);
        } catch (RuntimeException e) {
            requireRefusal(target, e);
        }
        return new Cost(
                THREADS.getCurrentThreadAllocatedBytes() - bytesBefore - answer,
                THREADS.getCurrentThreadCpuTime() - timeBefore);
    }

    private static void requireRefusal(FuzzTarget target, RuntimeException e) {
        if (target.refusals().stream().noneMatch(refusal -> refusal.isInstance(e))) {
            throw e; // as it is, so that the finding's stack is the parser's
        }
        if (e.getMessage() == null || e.getMessage().length() > 20_000) {
            throw new Finding("a refusal whose message is absent, or endless", e);
        }
    }
}

package io.tesserae.fuzz;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One parser under attack. Jazzer calls {@code fuzzerTestOneInput} of the class; tests call {@link Contract#check} themselves.
 *
 * <p>To add a target: a class like the others here, and its place in {@link Targets}.
 */
public interface FuzzTarget {

    /** What {@code fuzz/run} calls it, and the folder of its regression files. */
    String name();

    /**
     * Feeds an input to the parser, and uses what comes out as an application would.
     *
     * @return how many bytes were allocated because the answer is so large, where a few bytes may stand for many (a blank picture); else 0
     * @throws RuntimeException one of {@link #refusals()}, or there is a finding
     * @throws IOException never, for inputs in memory: a finding too
     */
    long read(byte[] input) throws IOException;

    /** The exceptions that the parser's documentation speaks of; no other may come out. */
    List<Class<? extends RuntimeException>> refusals();

    /** How much may be allocated for an input of this length, besides what its answer takes. */
    Bound bound();

    /** Valid inputs to begin with, by name; made of testdata. */
    Map<String, byte[]> seeds() throws IOException;

    /** Words that the format knows, for the mutator to put in. */
    default List<String> dictionary() {
        return List.of();
    }

    /** The longest input that makes sense, in bytes. */
    default int longestInput() {
        return 16 << 10;
    }

    /**
     * A limit on allocated memory, garbage included: {@code constant + factor * length} bytes.
     *
     * @param constant in bytes
     * @param factor in bytes for each byte of the input
     */
    record Bound(long constant, long factor) {
        long bytes(int length) {
            return constant + factor * length;
        }
    }
}

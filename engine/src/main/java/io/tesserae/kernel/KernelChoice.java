package io.tesserae.kernel;

import java.lang.System.Logger.Level;

/** Chooses the kernels once, when they are first wanted. */
final class KernelChoice {

    /** Narrower vectors take longer than one value after the other, or are not compiled at all. */
    private static final int LEAST_VECTOR_BITS = 128;

    /** Not chosen when the class is initialised, so that what fails once may succeed later. */
    private static volatile Kernels chosen;

    private KernelChoice() {}

    static Kernels best() {
        String wanted = System.getProperty("tesserae.kernels", "");
        return switch (wanted) {
            case "scalar" -> Kernels.scalar();
            case "vector" -> requireVector();
            case "warming" -> whyNoVectors() == null ? new WarmingKernels() : vectorOrScalar();
            case "" -> vectorOrScalar();
            default ->
                throw new IllegalArgumentException(
                        "system property tesserae.kernels: expected \"vector\", \"warming\" or \"scalar\", found \""
                                + wanted + "\"");
        };
    }

    private static Kernels requireVector() {
        String whyNot = whyNoVectors();
        if (whyNot != null) {
            throw new IllegalArgumentException("system property tesserae.kernels: found \"vector\", but " + whyNot);
        }
        return vectorOrScalar();
    }

    /** Why vector kernels cannot compute in this JVM, and what to do; null if they can. */
    private static String whyNoVectors() {
        String whyAbsent = VectorModule.whyAbsent();
        if (whyAbsent != null) {
            return whyAbsent;
        }
        int bits = VectorKernels.vectorBits();
        return bits >= LEAST_VECTOR_BITS
                ? null
                : "this JVM's vectors have " + bits + " bits, fewer than " + LEAST_VECTOR_BITS
                        + ": start java without -XX:MaxVectorSize";
    }

    private static Kernels vectorOrScalar() {
        Kernels kernels = chosen;
        return kernels != null ? kernels : choose();
    }

    private static synchronized Kernels choose() {
        if (chosen == null) {
            String whyNot = whyNoVectors();
            if (whyNot != null) {
                System.getLogger("io.tesserae")
                        .log(
                                Level.WARNING,
                                "Computing with scalar kernels, with the same results but many times slower: "
                                        + whyNot);
            }
            chosen = whyNot == null ? new VectorKernels() : Kernels.scalar();
        }
        return chosen;
    }
}

package io.tesserae.kernel;

import java.lang.System.Logger.Level;

/** Chooses the kernels once, when they are first wanted. */
final class KernelChoice {

    static final Kernels BEST = choose();

    private KernelChoice() {}

    private static Kernels choose() {
        String wanted = System.getProperty("tesserae.kernels", "");
        return switch (wanted) {
            case "scalar" -> Kernels.scalar();
            case "vector", "" -> vectorOr(wanted);
            default ->
                throw new IllegalArgumentException(
                        "system property tesserae.kernels: expected \"scalar\" or \"vector\", found \"" + wanted
                                + "\"");
        };
    }

    private static Kernels vectorOr(String wanted) {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            return new VectorKernels();
        }
        if (!wanted.isEmpty()) {
            throw new IllegalStateException(
                    "tesserae.kernels=vector needs the flag --add-modules jdk.incubator.vector");
        }
        System.getLogger("io.tesserae")
                .log(
                        Level.WARNING,
                        "The vector module is not loaded: computing with scalar kernels, with the same results but many times"
                                + " slower. Start java with --add-modules jdk.incubator.vector");
        return Kernels.scalar();
    }
}

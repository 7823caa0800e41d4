package io.tesserae.kernel;

import java.lang.System.Logger.Level;

/** Chooses the kernels once, when they are first wanted. */
final class KernelChoice {

    /** Apart, so that a wrong property is reported as what it is, each time, and not as a class that failed to load. */
    private static final class Vector {
        static final Kernels BEST = vectorOrScalar();
    }

    private KernelChoice() {}

    static Kernels best() {
        String wanted = System.getProperty("tesserae.kernels", "");
        return switch (wanted) {
            case "scalar" -> Kernels.scalar();
            case "vector" -> requireVector();
            case "warming" -> isVectorModulePresent() ? new WarmingKernels() : Vector.BEST;
            case "" -> Vector.BEST;
            default ->
                throw new IllegalArgumentException(
                        "system property tesserae.kernels: expected \"vector\", \"warming\" or \"scalar\", found \""
                                + wanted + "\"");
        };
    }

    private static Kernels requireVector() {
        if (!isVectorModulePresent()) {
            throw new IllegalStateException(
                    "tesserae.kernels=vector needs the flag --add-modules jdk.incubator.vector");
        }
        return Vector.BEST;
    }

    private static boolean isVectorModulePresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    private static Kernels vectorOrScalar() {
        if (isVectorModulePresent()) {
            return new VectorKernels();
        }
        System.getLogger("io.tesserae")
                .log(
                        Level.WARNING,
                        "The vector module is not loaded: computing with scalar kernels, with the same results but many times"
                                + " slower. Start java with --add-modules jdk.incubator.vector");
        return Kernels.scalar();
    }
}

/** The tensor core, the kernels, the layers and the models. Depends on nothing beyond the JDK. */
module io.tesserae.engine {
    // Incubating in JDK 25. Required outright: on the module path the JVM then resolves it without any flag; on the
    // class path, where this file is not read, Kernels probes for it and falls back to the scalar kernels.
    requires jdk.incubator.vector;

    exports io.tesserae.kernel;
    exports io.tesserae.layer;
    exports io.tesserae.model;
    exports io.tesserae.tensor;
}

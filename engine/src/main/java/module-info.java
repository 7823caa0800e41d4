/** The tensor core, the kernels, the layers and the models. Depends on nothing beyond the JDK. */
@SuppressWarnings("module") // the modules that kernels are exported to are built later
module io.tesserae.engine {
    // Incubating in JDK 25. Required outright: on the module path the JVM then resolves it without any flag; on the
    // class path, where this file is not read, Kernels probes for it and falls back to the scalar kernels.
    requires jdk.incubator.vector;

    exports io.tesserae.engine;
    exports io.tesserae.families;
    exports io.tesserae.family;
    exports io.tesserae.generation;
    exports io.tesserae.model;
    exports io.tesserae.model.episode;
    exports io.tesserae.model.latent;
    exports io.tesserae.tensor;

    // Not API: for the project's own modules; and the layers, which nobody outside needs.
    exports io.tesserae.arguments to
            io.tesserae.loaders,
            io.tesserae.pipelines,
            io.tesserae.server,
            io.tesserae.training;
    exports io.tesserae.generation.logits to
            io.tesserae.pipelines;
    exports io.tesserae.family.bert to
            io.tesserae.training;
    exports io.tesserae.family.blip to
            io.tesserae.training;
    exports io.tesserae.family.common to
            io.tesserae.training;
    exports io.tesserae.family.dinov2 to
            io.tesserae.training;
    exports io.tesserae.family.electra to
            io.tesserae.training;
    exports io.tesserae.family.jat to
            io.tesserae.benchmarks,
            io.tesserae.training;
    exports io.tesserae.family.mpnet to
            io.tesserae.training;
    exports io.tesserae.family.distilbert to
            io.tesserae.benchmarks,
            io.tesserae.training;
    exports io.tesserae.family.vit to
            io.tesserae.benchmarks,
            io.tesserae.training;
    exports io.tesserae.kernel to
            io.tesserae.benchmarks,
            io.tesserae.loaders,
            io.tesserae.pipelines,
            io.tesserae.training;
    exports io.tesserae.layer to
            io.tesserae.training;
}

/** Tasks as a library: text in, labels and scores out. */
module io.tesserae.pipelines {
    requires transitive io.tesserae.loaders;
    requires java.desktop;

    exports io.tesserae.pipelines;
    exports io.tesserae.pipelines.agent;
    exports io.tesserae.pipelines.attention;
    exports io.tesserae.pipelines.flow;
    exports io.tesserae.pipelines.generation;
    exports io.tesserae.pipelines.image;
    exports io.tesserae.pipelines.attention.latents;
    exports io.tesserae.pipelines.attention.mixed;
    exports io.tesserae.pipelines.sentence;
    exports io.tesserae.pipelines.task;
    exports io.tesserae.pipelines.text;
}

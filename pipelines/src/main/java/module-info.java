/** Tasks as a library: text in, labels and scores out. */
module io.tesserae.pipelines {
    requires transitive io.tesserae.loaders;

    exports io.tesserae.pipelines;
}

/** Draws scenes with their sentences, and measures a captioner on them. Not part of the product. */
module io.tesserae.scenes {
    requires transitive io.tesserae.pipelines;

    exports io.tesserae.scenes;
    exports io.tesserae.scenes.evaluation;
}

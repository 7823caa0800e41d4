/** An example: environments with experts that play them, and pictures with their captions, for one set of weights to learn from. */
module io.tesserae.examples.generalist {
    requires transitive io.tesserae.pipelines;
    requires io.tesserae.training;
    requires transitive java.desktop;

    exports io.tesserae.examples.generalist;
}

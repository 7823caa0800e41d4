/** Sentence encoders for Spring AI. The jar is an automatic module of this name. */
module io.tesserae.springai {
    requires transitive io.tesserae.pipelines;
    requires transitive spring.ai.model;
    requires spring.ai.commons;

    exports io.tesserae.springai;
}

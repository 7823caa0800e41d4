/** Sentence encoders and rerankers for LangChain4j. The jar is an automatic module of this name. */
module io.tesserae.langchain4j {
    requires transitive io.tesserae.pipelines;
    requires transitive langchain4j.core;

    exports io.tesserae.langchain4j;
}

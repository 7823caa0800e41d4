/**
 * Tesserae behind LangChain4j's interfaces: {@link io.tesserae.langchain4j.TesseraeEmbeddingModel} for retrieval, {@link
 * io.tesserae.langchain4j.TesseraeScoringModel} for ranking again what was retrieved.
 *
 * <p>On the module path this is the automatic module {@code io.tesserae.langchain4j}; a module that requires it requires
 * {@code io.tesserae.pipelines} too, and starts with {@code --add-modules org.slf4j}, which LangChain4j needs without being
 * able to say so.
 */
package io.tesserae.langchain4j;

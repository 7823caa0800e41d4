/**
 * Tesserae behind Spring AI's interface {@code EmbeddingModel}: {@link io.tesserae.springai.TesseraeEmbeddingModel}.
 *
 * <p>On the module path this is the automatic module {@code io.tesserae.springai}; a module that requires it requires {@code
 * io.tesserae.pipelines} too.
 */
package io.tesserae.springai;

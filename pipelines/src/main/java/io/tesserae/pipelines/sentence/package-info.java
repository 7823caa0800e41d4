/** Pipelines of sentences: embeddings, search among them, ranking by cross-encoders. */
package io.tesserae.pipelines.sentence;

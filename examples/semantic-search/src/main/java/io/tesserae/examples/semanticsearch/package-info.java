/**
 * Semantic search in four files: {@link io.tesserae.examples.semanticsearch.Passages} cuts documents into passages, a
 * sentence encoder turns each into a vector, {@link io.tesserae.examples.semanticsearch.PassageIndex} keeps the vectors in
 * Lucene, and {@link io.tesserae.examples.semanticsearch.SemanticSearch} asks it. To be read in that order.
 */
package io.tesserae.examples.semanticsearch;

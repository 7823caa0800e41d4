/** Sentence encoders in the layout of sentence-transformers: a model, its tokenizer, and what its modules do. */
package io.tesserae.loaders.sentence;

/** Loads models and tokenizers the way transformers does: {@code AutoTokenizer}, {@code AutoModelFor…}. */
package io.tesserae.loaders;

/** Loads models and tokenizers the way transformers does: {@code AutoTokenizer}, {@code AutoModelFor…}. API. */
package io.tesserae.loaders;

/** Texts made canonical as SigLIP's tokenizer does it, and normalized as SentencePiece's own library does. */
package io.tesserae.tokenizer.canonical;

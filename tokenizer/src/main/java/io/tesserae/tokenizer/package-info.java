/** From text to token ids and back to places in the text. */
package io.tesserae.tokenizer;

/** From text to token ids and back to places in the text. API. */
package io.tesserae.tokenizer;

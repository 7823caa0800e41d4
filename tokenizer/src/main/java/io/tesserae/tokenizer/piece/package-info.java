/**
 * The models that cut a word into pieces of a vocabulary, and the tokens that come of it. Not exported; a settings record of {@code
 * io.tesserae.tokenizer.Segmentation} stands for each outside.
 */
package io.tesserae.tokenizer.piece;

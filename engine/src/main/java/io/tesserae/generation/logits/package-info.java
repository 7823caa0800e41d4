/**
 * What is done to the scores of the next token before one is chosen: one rule a class, and the arithmetic that they share.
 * Not API: any of it may change.
 */
package io.tesserae.generation.logits;

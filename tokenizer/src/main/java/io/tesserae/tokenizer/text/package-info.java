/**
 * Characters before they are tokens: Unicode as the reference knows it, normalizing, cutting into words. Not exported, and knows
 * nothing of tokens or vocabularies.
 */
package io.tesserae.tokenizer.text;

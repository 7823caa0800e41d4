/** From a decoder's logits to sequences of tokens: greedy search, sampling, beam search, and the rules that shape them. API. */
package io.tesserae.generation;

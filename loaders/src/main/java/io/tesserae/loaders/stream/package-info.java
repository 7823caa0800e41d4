/**
 * What goes into a model of streams, made of what an environment and a text give: words, numbers, pictures and actions as one sequence.
 * API. It makes what the engine reads, of pictures that this module reads: so it is here, and not beside the tokenizers of texts, which
 * know neither.
 */
package io.tesserae.loaders.stream;

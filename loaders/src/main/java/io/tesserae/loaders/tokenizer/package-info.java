/**
 * A checkpoint's tokenizer from its files: which class it is, what that class has where the files are silent, and what {@code
 * tokenizer.json} says. Not exported; {@code io.tesserae.loaders.AutoTokenizer} is the way in.
 */
package io.tesserae.loaders.tokenizer;

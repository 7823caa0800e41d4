/** Prompts that mix words and pictures: from their parts to the text that is tokenized. API. */
package io.tesserae.loaders.prompt;

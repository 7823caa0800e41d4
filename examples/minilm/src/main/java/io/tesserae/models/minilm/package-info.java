/** The sentence encoder all-MiniLM-L6-v2, as a library. */
package io.tesserae.models.minilm;

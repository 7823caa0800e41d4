/** A Hugging Face hub for tests, on this machine. */
package io.tesserae.fakehub;

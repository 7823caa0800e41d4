/** Placeholder. */
package io.tesserae.cli;

/** Open files, as bytes that any number of threads read at once: what all formats of weights stand on. Not API. */
package io.tesserae.loaders.bytes;

/** The layers of a decoder: attention that continues sequences, attention to a memory, and the blocks of both. Not API. */
package io.tesserae.layer.decoder;

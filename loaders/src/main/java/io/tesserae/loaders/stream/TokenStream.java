package io.tesserae.loaders.stream;

import io.tesserae.model.StreamBatch;

/**
 * Episodes or texts as a model reads them.
 *
 * @param batch a sequence for each
 * @param counts {@code [elements]}: which of them a model learns to foretell
 */
public record TokenStream(StreamBatch batch, boolean[] counts) {}

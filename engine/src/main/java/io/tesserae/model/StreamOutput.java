package io.tesserae.model;

import io.tesserae.tensor.Tensor;

/**
 * What a model returns of streams.
 *
 * @param embeddings {@code [elements, hidden]}: what the transformer is given, before positions are added
 * @param decoded the scores of what comes next at every element, and what else was asked for
 */
public record StreamOutput(Tensor embeddings, DecoderOutput decoded) {}

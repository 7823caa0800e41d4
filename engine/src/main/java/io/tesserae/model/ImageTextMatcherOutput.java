package io.tesserae.model;

import io.tesserae.tensor.Tensor;

/**
 * What a model that compares pictures with texts returns.
 *
 * @param vision of the pictures
 * @param text of the texts
 * @param scores {@code [pictures, 2]} of {@link ImageTextMatcher#match}, {@code [pictures, texts]} of {@link ImageTextMatcher#compare}
 */
public record ImageTextMatcherOutput(ImageEncoderOutput vision, GroundedTextOutput text, Tensor scores) {}

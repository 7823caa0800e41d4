package io.tesserae.model;

import io.tesserae.tensor.Tensor;

/**
 * What two encoders side by side return: transformers' {@code CLIPOutput} and {@code SiglipOutput}.
 *
 * @param vision of the pictures; its pooled output are their vectors before they are of length 1
 * @param text of the texts; likewise
 * @param imageFeatures {@code [pictures, shared]}, vectors of length 1: {@code image_embeds}
 * @param textFeatures {@code [texts, shared]}, vectors of length 1: {@code text_embeds}
 * @param logitsPerImage {@code [pictures, texts]}: see {@link ImageTextEncoder#compare}
 */
public record ImageTextEncoderOutput(
        ImageEncoderOutput vision,
        EncoderOutput text,
        Tensor imageFeatures,
        Tensor textFeatures,
        Tensor logitsPerImage) {}

package io.tesserae.model;

/**
 * What a captioner returns of whole texts.
 *
 * @param vision of the pictures
 * @param text of the texts about them
 */
public record ImageCaptionerOutput(ImageEncoderOutput vision, DecoderOutput text) {}

package io.tesserae.model;

/**
 * What a model that answers questions about pictures returns of whole answers.
 *
 * @param vision of the pictures
 * @param question of the questions
 * @param answer of the answers to them
 */
public record VisualQuestionAnswererOutput(
        ImageEncoderOutput vision, GroundedTextOutput question, DecoderOutput answer) {}

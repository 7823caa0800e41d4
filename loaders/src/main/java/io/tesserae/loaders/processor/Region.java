package io.tesserae.loaders.processor;

/**
 * A rectangle of a picture, in pixels of that picture; it need not fall on whole ones, and may reach over the edge.
 *
 * @param left distance of its left edge from the picture's
 * @param top distance of its upper edge from the picture's
 * @param width of the rectangle
 * @param height of the rectangle
 */
public record Region(double left, double top, double width, double height) {}

package io.tesserae.training.data.image;

import java.nio.file.Path;

/**
 * A picture and what a classifier is to say of it. Its pixels are read when a batch is asked for.
 *
 * @param image its file
 * @param label the label's id
 */
public record LabelledImage(Path image, int label) {}

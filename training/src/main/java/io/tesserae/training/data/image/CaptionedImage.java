package io.tesserae.training.data.image;

import io.tesserae.training.data.EncodedText;
import java.nio.file.Path;

/**
 * A picture and what is to be written of it. Its pixels are read when a batch is asked for.
 *
 * @param image its file
 * @param caption the tokens of the text, with those that begin and end it
 */
public record CaptionedImage(Path image, EncodedText caption) {}

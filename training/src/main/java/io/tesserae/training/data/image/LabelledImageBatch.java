package io.tesserae.training.data.image;

import io.tesserae.model.ImageBatch;
import java.util.List;

/**
 * Pictures and what a classifier is to say of them.
 *
 * @param images the pixel values
 * @param labels {@code [images]}, ids
 */
public record LabelledImageBatch(ImageBatch images, int[] labels) {

    /**
     * Examples as a batch, in their order.
     *
     * @throws io.tesserae.training.failure.TrainingException if a picture cannot be read; the message names the file
     */
    public static LabelledImageBatch of(List<LabelledImage> examples, PictureReader pictures) {
        return new LabelledImageBatch(
                ImageBatch.of(examples.stream()
                        .map(example -> pictures.pixelValues(example.image()))
                        .toList()),
                examples.stream().mapToInt(LabelledImage::label).toArray());
    }
}

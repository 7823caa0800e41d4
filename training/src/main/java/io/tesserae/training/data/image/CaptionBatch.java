package io.tesserae.training.data.image;

import io.tesserae.model.ImageBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.training.data.EncodedText;
import io.tesserae.training.data.LabelSet;
import java.util.List;

/**
 * Pictures and what is to be written of them.
 *
 * @param images the pixel values
 * @param captions a sequence for each picture
 * @param labels {@code [tokens]}, the token that comes next, {@link LabelSet#IGNORED} at the last of each sequence
 */
public record CaptionBatch(ImageBatch images, TokenBatch captions, int[] labels) {

    /**
     * Examples as a batch, in their order.
     *
     * @throws io.tesserae.training.failure.TrainingException if a picture cannot be read; the message names the file
     */
    public static CaptionBatch of(List<CaptionedImage> examples, PictureReader pictures) {
        TokenBatch captions =
                EncodedText.batch(examples.stream().map(CaptionedImage::caption).toList());
        return new CaptionBatch(
                ImageBatch.of(examples.stream()
                        .map(example -> pictures.pixelValues(example.image()))
                        .toList()),
                captions,
                nextTokens(captions));
    }

    private static int[] nextTokens(TokenBatch captions) {
        int[] labels = new int[captions.tokens()];
        for (int sequence = 0; sequence < captions.sequences(); sequence++) {
            int from = captions.sequenceStarts()[sequence];
            int last = captions.sequenceStarts()[sequence + 1] - 1;
            System.arraycopy(captions.inputIds(), from + 1, labels, from, last - from);
            labels[last] = LabelSet.IGNORED;
        }
        return labels;
    }
}

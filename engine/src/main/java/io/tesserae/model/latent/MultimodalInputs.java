package io.tesserae.model.latent;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;

/**
 * A video with its sound. Transformers' models of such want a label too, and hide it in all cases, so that it has no effect: here there
 * is none to give.
 *
 * @param video {@code [frames, 3, height, width]}: red, green and blue as the model was trained on them; not copied
 * @param audio {@code [samples]}, of all frames; not copied
 */
public record MultimodalInputs(Tensor video, Tensor audio) {

    /** Checks the shapes. */
    public MultimodalInputs {
        Arguments.require(video, "video");
        Arguments.require(audio, "audio");
        if (video.rank() != 4 || video.dimension(1) != 3 || video.size() == 0) {
            throw new IllegalArgumentException(
                    "video: expected the shape [frames, 3, height, width], each 1 or more, found " + video);
        }
        if (audio.rank() != 1 || audio.size() == 0) {
            throw new IllegalArgumentException("audio: expected the shape [samples], 1 or more, found " + audio);
        }
    }
}

package io.tesserae.scenes;

import io.tesserae.loaders.image.RgbImage;
import io.tesserae.pipelines.attention.CaptionAttention;
import io.tesserae.pipelines.attention.CaptionAttentionPipeline;
import io.tesserae.pipelines.task.ImageInput;
import java.util.OptionalInt;

/**
 * A checkpoint as Tesserae runs it.
 *
 * @param pipeline what it is asked through; whoever opened it closes it
 */
public record PipelineCaptioner(CaptionAttentionPipeline pipeline) implements Captioner {

    /** The sentence; a word's attention is the mean of all layers and heads, without the class token. */
    @Override
    public Answer answer(byte[] pixels) {
        CaptionAttention caption = pipeline.attend(ImageInput.of(new RgbImage(Scene.SIDE, Scene.SIDE, pixels)));
        return new Answer(
                caption.caption(),
                caption.words().stream()
                        .map(word -> word.map(OptionalInt.empty()).values())
                        .toList());
    }
}

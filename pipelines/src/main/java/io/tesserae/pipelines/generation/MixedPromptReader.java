package io.tesserae.pipelines.generation;

import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.prompt.PromptPart;
import io.tesserae.pipelines.task.ImageInput;
import java.util.List;

/** How prompts of words and pictures become what a family of models reads. */
interface MixedPromptReader {

    /**
     * Reads a prompt.
     *
     * @param rendered whether a chat template has written the text, special tokens and all
     * @param pictures in the order of the parts
     * @throws IllegalArgumentException if there are more or fewer pictures than places for them, or the prompt is too long
     * @throws io.tesserae.loaders.image.ImageException if a picture cannot be read
     */
    MixedTokens read(List<PromptPart> parts, boolean rendered, List<ImageInput> pictures);

    /** What is read of a picture, and in how many pieces. */
    MixedWriting.Seen seen(RgbImage image, String name);
}

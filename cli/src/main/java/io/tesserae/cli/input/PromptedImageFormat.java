package io.tesserae.cli.input;

import io.tesserae.pipelines.generation.PromptedImage;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Pictures, each perhaps with the beginning of a text about it. */
public final class PromptedImageFormat implements InputFormat<PromptedImage> {

    public static final PromptedImageFormat IMAGES = new PromptedImageFormat();

    private PromptedImageFormat() {}

    @Override
    public String plural() {
        return ImageFormat.IMAGES.plural();
    }

    @Override
    public List<InputObject.Key> keys() {
        return List.of(InputObject.Key.required("image"), InputObject.Key.optional("prompt"));
    }

    @Override
    public String describeKeys() {
        return "\"image\" and, for a beginning of its own, \"prompt\"";
    }

    @Override
    public List<PromptedImage> ofArgument(String argument) {
        return ImageFormat.IMAGES.ofArgument(argument).stream()
                .map(PromptedImage::of)
                .toList();
    }

    @Override
    public Optional<PromptedImage> ofStandardInput(InputStream in) {
        return ImageFormat.IMAGES.ofStandardInput(in).map(PromptedImage::of);
    }

    @Override
    public Place place(PromptedImage input, Place argument) {
        return ImageFormat.IMAGES.place(input.image(), argument);
    }

    @Override
    public PromptedImage ofText(String text, String place) {
        return PromptedImage.of(ImageFormat.IMAGES.ofText(text, place));
    }

    @Override
    public PromptedImage ofObject(InputObject object, String place) {
        return new PromptedImage(ImageFormat.IMAGES.ofObject(object, place), object.optionalText("prompt"));
    }
}

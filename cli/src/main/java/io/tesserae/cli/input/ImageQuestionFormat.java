package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import io.tesserae.pipelines.generation.ImageQuestion;
import io.tesserae.pipelines.task.ImageInput;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Pictures with questions about them, each with its own or all with one.
 *
 * @param question the question about pictures that bring none
 */
public record ImageQuestionFormat(Optional<String> question) implements InputFormat<ImageQuestion> {

    @Override
    public String plural() {
        return ImageFormat.IMAGES.plural();
    }

    @Override
    public List<InputObject.Key> keys() {
        return List.of(InputObject.Key.required("image"), InputObject.Key.optional("question"));
    }

    @Override
    public String describeKeys() {
        return "\"image\" and \"question\"";
    }

    @Override
    public List<ImageQuestion> ofArgument(String argument) {
        return ImageFormat.IMAGES.ofArgument(argument).stream()
                .map(image -> input(image, question, argument))
                .toList();
    }

    @Override
    public Optional<ImageQuestion> ofStandardInput(InputStream in) {
        return ImageFormat.IMAGES.ofStandardInput(in).map(image -> input(image, question, "standard input"));
    }

    @Override
    public Place place(ImageQuestion input, Place argument) {
        return ImageFormat.IMAGES.place(input.image(), argument);
    }

    @Override
    public ImageQuestion ofText(String text, String place) {
        return input(ImageFormat.IMAGES.ofText(text, place), question, place);
    }

    @Override
    public ImageQuestion ofObject(InputObject object, String place) {
        return input(
                ImageFormat.IMAGES.ofObject(object, place),
                object.optionalText("question").or(() -> question),
                place);
    }

    private static ImageQuestion input(ImageInput image, Optional<String> question, String place) {
        return new ImageQuestion(
                image,
                question.orElseThrow(() -> new CommandException(place
                        + ": there is no question about the picture; expected the key \"question\", or --question TEXT for"
                        + " all pictures")));
    }
}

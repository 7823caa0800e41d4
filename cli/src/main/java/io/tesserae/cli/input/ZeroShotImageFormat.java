package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import io.tesserae.pipelines.image.ZeroShotImageClassificationOptions;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.text.ZeroShotInput;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Pictures with the labels that they may have, and the sentence that those are put into: those of the line, or else those of the command.
 *
 * @param options the command's; without labels if every line has its own
 */
public record ZeroShotImageFormat(ZeroShotImageClassificationOptions options)
        implements InputFormat<ZeroShotImageFormat.Picture> {

    private static final String LABELS = "candidate_labels";
    private static final String TEMPLATE = "hypothesis_template";

    /**
     * A picture and what is asked of it.
     *
     * @param image the picture
     * @param options its labels and their sentence
     */
    public record Picture(ImageInput image, ZeroShotImageClassificationOptions options) {}

    @Override
    public String plural() {
        return ImageFormat.IMAGES.plural();
    }

    @Override
    public List<InputObject.Key> keys() {
        return List.of(
                InputObject.Key.required("image"),
                InputObject.Key.optionalArray(LABELS),
                InputObject.Key.optional(TEMPLATE));
    }

    @Override
    public String describeKeys() {
        return "\"image\" and, for labels of its own, \"candidate_labels\" and \"hypothesis_template\"";
    }

    @Override
    public List<Picture> ofArgument(String argument) {
        return ImageFormat.IMAGES.ofArgument(argument).stream()
                .map(image -> new Picture(image, options))
                .toList();
    }

    @Override
    public Optional<Picture> ofStandardInput(InputStream in) {
        return ImageFormat.IMAGES.ofStandardInput(in).map(image -> new Picture(image, options));
    }

    @Override
    public Place place(Picture picture, Place argument) {
        return ImageFormat.IMAGES.place(picture.image(), argument);
    }

    @Override
    public Picture ofText(String text, String place) {
        return of(text, options, place);
    }

    @Override
    public Picture ofObject(InputObject object, String place) {
        List<String> labels = object.texts(LABELS).orElse(options.candidateLabels());
        if (object.isText(LABELS)) {
            labels = ZeroShotInput.labels(labels.getFirst());
        }
        try {
            ZeroShotImageClassificationOptions own = options.withCandidateLabels(labels);
            return of(
                    object.text("image"),
                    object.optionalText(TEMPLATE)
                            .map(own::withHypothesisTemplate)
                            .orElse(own),
                    place);
        } catch (IllegalArgumentException e) {
            throw new CommandException(place + ": " + e.getMessage());
        }
    }

    private static Picture of(String image, ZeroShotImageClassificationOptions options, String place) {
        if (options.candidateLabels().isEmpty()) {
            throw new CommandException(place + ": no labels; expected \"" + LABELS + "\" in the line, or --labels");
        }
        return new Picture(ImageFormat.IMAGES.ofText(image, place), options);
    }
}

package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import io.tesserae.pipelines.flow.FramePair;
import io.tesserae.pipelines.task.ImageInput;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures with the next ones. Arguments are the frames of a film, each with the one that follows it; in the lines of a file the two stand
 * together.
 */
public final class FramePairFormat implements InputFormat<FramePair> {

    public static final FramePairFormat FRAMES = new FramePairFormat();

    private static final String FIRST = "image";
    private static final String SECOND = "next_image";

    private FramePairFormat() {}

    @Override
    public String plural() {
        return ImageFormat.IMAGES.plural();
    }

    @Override
    public List<InputObject.Key> keys() {
        return List.of(InputObject.Key.required(FIRST), InputObject.Key.required(SECOND));
    }

    @Override
    public String describeKeys() {
        return "\"" + FIRST + "\" and \"" + SECOND + "\"";
    }

    @Override
    public List<FramePair> ofArgument(String argument) {
        throw new IllegalStateException("no argument is a pair by itself");
    }

    /** What is no picture breaks the film, so that nothing is said of the frames around it. */
    @Override
    public List<Input<FramePair>> ofArguments(List<String> arguments, FramePair standardInput) {
        List<ImageInput> frames = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            try {
                frames.addAll(ImageFormat.IMAGES.ofArgument(arguments.get(i)));
            } catch (CommandException | UncheckedIOException e) {
                return List.of(new Input.Unreadable<>(Place.argument(i + 1), e));
            }
        }
        if (frames.size() == 1) {
            return List.of(new Input.Unreadable<>(
                    Place.argument(1),
                    new CommandException(frames.getFirst().name()
                            + ": one picture; expected two or more, each of which is followed to the next")));
        }
        List<Input<FramePair>> pairs = new ArrayList<>();
        for (int i = 1; i < frames.size(); i++) {
            FramePair pair = new FramePair(frames.get(i - 1), frames.get(i));
            pairs.add(new Input.Read<>(place(pair, Place.argument(i)), pair));
        }
        return pairs;
    }

    @Override
    public Place place(FramePair pair, Place argument) {
        return ImageFormat.IMAGES.place(pair.first(), argument);
    }

    @Override
    public FramePair ofText(String text, String place) {
        throw new CommandException(place + ": expected an object, {\"" + FIRST + "\": ..., \"" + SECOND + "\": ...}");
    }

    @Override
    public FramePair ofObject(InputObject object, String place) {
        return new FramePair(
                ImageFormat.IMAGES.ofText(object.text(FIRST), place),
                ImageFormat.IMAGES.ofText(object.text(SECOND), place));
    }
}

package io.tesserae.pipelines.generation;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.pipelines.task.ImageInput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The pictures of a prompt, read and prepared by the engine's threads, a picture each.
 *
 * @param prepare what a model is fed of a picture
 */
record PreparedPictures<T>(Engine engine, Function<RgbImage, T> prepare) {

    /**
     * Prepares pictures.
     *
     * @throws ImageException if one cannot be read; the message names the first of these
     * @throws IllegalArgumentException if one has a size that cannot be prepared; likewise
     */
    List<T> of(List<ImageInput> inputs) {
        List<Outcome<T>> outcomes = new ArrayList<>();
        inputs.forEach(_ -> outcomes.add(null));
        engine.machine().workers().run(inputs.size(), (index, _) -> {
            Outcome<T> outcome = prepare(inputs.get(index));
            synchronized (outcomes) {
                outcomes.set(index, outcome);
            }
        });
        List<T> prepared = new ArrayList<>();
        for (Outcome<T> outcome : outcomes) {
            if (outcome.failure() != null) {
                throw outcome.failure();
            }
            prepared.add(outcome.picture());
        }
        return prepared;
    }

    private record Outcome<T>(T picture, RuntimeException failure) {}

    private Outcome<T> prepare(ImageInput input) {
        try {
            return new Outcome<>(named(input, input.reader().get()), null);
        } catch (RuntimeException e) {
            return new Outcome<>(null, e);
        }
    }

    /** What a reader throws names the picture; what the preparation throws does not. */
    private T named(ImageInput input, RgbImage image) {
        try {
            return prepare.apply(image);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(input.name() + ": " + e.getMessage(), e);
        } catch (ImageException e) {
            throw new ImageException(input.name() + ": " + e.getMessage(), e);
        }
    }
}

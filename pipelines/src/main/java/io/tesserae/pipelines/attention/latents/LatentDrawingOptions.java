package io.tesserae.pipelines.attention.latents;

import io.tesserae.arguments.Arguments;
import java.util.List;

/**
 * The choices of {@link LatentPictures} and {@link LatentPage}.
 *
 * @param model the model's name; may be empty
 * @param most how many latents are drawn together, the most concentrated; 1 to {@value #LIMIT}
 * @param latents that are drawn each by itself, whether they are among those or not, counted from 0
 */
public record LatentDrawingOptions(String model, int most, List<Integer> latents) {

    /** A page of more is no overview. */
    public static final int LIMIT = 512;

    /** No model's name, the 64 most concentrated latents, none by itself. */
    public static final LatentDrawingOptions DEFAULT = new LatentDrawingOptions("", 64, List.of());

    /** Checks the ranges; whether there is such a latent shows when there are latents. */
    public LatentDrawingOptions {
        Arguments.require(model, "model");
        latents = List.copyOf(Arguments.requireAll(latents, "latents"));
        if (most < 1 || most > LIMIT) {
            throw new IllegalArgumentException("most: expected 1 to " + LIMIT + " latents, found " + most);
        }
        for (int latent : latents) {
            if (latent < 0) {
                throw new IllegalArgumentException("latents: expected 0 or more, found " + latent);
            }
        }
    }

    /** With this model's name. */
    public LatentDrawingOptions withModel(String name) {
        return new LatentDrawingOptions(name, most, latents);
    }

    /** With at most so many latents together. */
    public LatentDrawingOptions withMost(int number) {
        return new LatentDrawingOptions(model, number, latents);
    }

    /** With these latents each by itself, counted from 0. */
    public LatentDrawingOptions withLatents(List<Integer> indices) {
        return new LatentDrawingOptions(model, most, indices);
    }

    void requireLatents(int count) {
        for (int latent : latents) {
            if (latent >= count) {
                throw new IllegalArgumentException(
                        "latents: expected 0 to " + (count - 1) + ", the model's, found " + latent);
            }
        }
    }
}

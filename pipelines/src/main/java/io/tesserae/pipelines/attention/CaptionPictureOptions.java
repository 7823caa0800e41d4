package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import java.util.OptionalInt;

/**
 * The choices of {@link CaptionPictures}.
 *
 * @param model the model's name for the contact sheet; may be empty
 * @param layer whose maps are drawn, counted from 0; empty: the mean of all, since which layer points best differs from one model to the
 *     next
 */
public record CaptionPictureOptions(String model, OptionalInt layer) {

    /** No model's name, the mean of all layers. */
    public static final CaptionPictureOptions DEFAULT = new CaptionPictureOptions("", OptionalInt.empty());

    /** Checks the ranges; whether there is such a layer shows when there are layers. */
    public CaptionPictureOptions {
        Arguments.require(model, "model");
        Arguments.require(layer, "layer");
        if (layer.isPresent() && layer.getAsInt() < 0) {
            throw new IllegalArgumentException("layer: expected 0 or more, found " + layer.getAsInt());
        }
    }

    /** With this model's name on the contact sheet. */
    public CaptionPictureOptions withModel(String name) {
        return new CaptionPictureOptions(name, layer);
    }

    /** With the maps of this layer, counted from 0. */
    public CaptionPictureOptions withLayer(int index) {
        return new CaptionPictureOptions(model, OptionalInt.of(index));
    }
}

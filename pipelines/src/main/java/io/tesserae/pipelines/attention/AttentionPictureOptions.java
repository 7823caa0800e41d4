package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import java.util.OptionalInt;

/**
 * The choices of {@link AttentionPictures}.
 *
 * @param model the model's name for the contact sheet; may be empty
 * @param layer whose heads are drawn, counted from 0; empty: the last
 * @param mass the share of a head's attention that its mask holds, above 0 and at most 1
 */
public record AttentionPictureOptions(String model, OptionalInt layer, double mass) {

    /** No model's name, the last layer, masks of 60 % as DINO's. */
    public static final AttentionPictureOptions DEFAULT = new AttentionPictureOptions("", OptionalInt.empty(), 0.6);

    /** Checks the ranges; whether there is such a layer shows when there are layers. */
    public AttentionPictureOptions {
        Arguments.require(model, "model");
        Arguments.require(layer, "layer");
        if (layer.isPresent() && layer.getAsInt() < 0) {
            throw new IllegalArgumentException("layer: expected 0 or more, found " + layer.getAsInt());
        }
        if (!(mass > 0 && mass <= 1)) {
            throw new IllegalArgumentException(
                    "mass: expected a share of the attention, above 0 and at most 1, found " + mass);
        }
    }

    /** With this model's name on the contact sheet. */
    public AttentionPictureOptions withModel(String name) {
        return new AttentionPictureOptions(name, layer, mass);
    }

    /** With the heads of this layer, counted from 0. */
    public AttentionPictureOptions withLayer(int index) {
        return new AttentionPictureOptions(model, OptionalInt.of(index), mass);
    }

    /** With masks of this share of the attention. */
    public AttentionPictureOptions withMass(double share) {
        return new AttentionPictureOptions(model, layer, share);
    }
}

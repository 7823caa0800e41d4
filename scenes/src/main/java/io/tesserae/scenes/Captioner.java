package io.tesserae.scenes;

/** Something that says what is in a picture. */
@FunctionalInterface
public interface Captioner {

    /**
     * Says what is in a picture.
     *
     * @param pixels red, green and blue of each pixel: [{@value Scene#SIDE}, {@value Scene#SIDE}, 3], a byte each
     */
    Answer answer(byte[] pixels);
}

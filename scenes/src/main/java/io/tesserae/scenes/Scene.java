package io.tesserae.scenes;

import java.util.List;

/**
 * A picture, the one sentence that is right for it, and where in it each thing is.
 *
 * @param pixels red, green and blue of each pixel: [{@value #SIDE}, {@value #SIDE}, 3], a byte each
 * @param things in the order in which the sentence names them
 */
public record Scene(byte[] pixels, Sentence sentence, List<Thing> things) {

    /** The width and the height of every scene, in pixels. */
    public static final int SIDE = 64;

    /**
     * Draws a scene. It is the same on every machine.
     *
     * @param seed of a set of scenes
     * @param number of the scene in its set
     */
    public static Scene draw(long seed, long number) {
        return of(new Artist(new Randomness(seed, number)).scene());
    }

    static Scene of(Artist.Painting painting) {
        return new Scene(painting.pixels(), painting.sentence(), painting.things());
    }
}

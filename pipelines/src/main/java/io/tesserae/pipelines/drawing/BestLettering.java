package io.tesserae.pipelines.drawing;

/** The letters that look best of those that a machine has. */
public final class BestLettering {

    private BestLettering() {}

    /**
     * The machine's sans serif where Java finds one; our own letters where not, as on servers and in containers without any
     * font or without the libraries to draw one.
     */
    public static Lettering ofThisMachine() {
        return SystemLettering.works() ? new SystemLettering() : new PixelLettering();
    }
}

package io.tesserae.pipelines.drawing;

import java.io.IOException;

/** A Java runtime that cannot write PNG files. Apart from {@link Canvas}, which such a runtime cannot even load. */
public final class WithoutImageIo {

    private WithoutImageIo() {}

    /** Only what needs the JDK's module java.desktop can be without its classes or its native libraries. */
    public static IOException because(LinkageError e) {
        return new IOException(
                "ImageIO, which PNG files are written with, is missing in this Java runtime (" + e
                        + "). Use one with the whole module java.desktop (jlink: --add-modules java.desktop)",
                e);
    }
}

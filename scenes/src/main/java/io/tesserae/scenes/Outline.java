package io.tesserae.scenes;

/** What a shape covers, in a square from -1 to 1 with y downwards. */
@FunctionalInterface
interface Outline {

    boolean covers(double x, double y);
}

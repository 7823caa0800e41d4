package io.tesserae.scenes;

import java.util.List;

/** What an artist has painted: the parts of a {@link Scene}, which asks artists. */
record Painting(byte[] pixels, Sentence sentence, List<Thing> things) {}

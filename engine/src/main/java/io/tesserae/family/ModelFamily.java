package io.tesserae.family;

import io.tesserae.families.Families;
import java.util.List;

/**
 * A family of models: BERT, ViT. What all the project knows of a family, it knows from here, and {@link Families} is the list of
 * them. Stateless and thread-safe.
 */
public interface ModelFamily {

    /** Its names, one or more. */
    List<ModelType> modelTypes();

    /** What its models take. */
    Input input();

    /** Whether what its models take is read by latents, a fixed number of rows, and does not pass through the layers itself. */
    default boolean readsWithLatents() {
        return false;
    }

    /**
     * The heads it has, that of no head among them. Made when asked for: most processes load one family, and start sooner without
     * the code of the others.
     */
    Heads heads();

    /** What transformers calls the inputs and outputs of its captioners, where it has any. */
    default CaptionerNames captionerNames() {
        return CaptionerNames.USUAL;
    }
}

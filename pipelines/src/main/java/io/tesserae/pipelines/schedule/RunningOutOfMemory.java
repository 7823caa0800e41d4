package io.tesserae.pipelines.schedule;

import io.tesserae.loaders.image.ImageException;
import java.util.function.Supplier;

/**
 * What every pipeline runs its model in: where memory runs out, an exception says so and what to do, and the application goes on.
 * Everything that the call took is garbage by then.
 */
public final class RunningOutOfMemory {

    private RunningOutOfMemory() {}

    /** Answers to texts, or a refusal of so many of them as an argument. */
    public static <A> A refusesTexts(Supplier<A> work) {
        try {
            return work.get();
        } catch (OutOfMemoryError e) {
            throw new IllegalArgumentException("too little memory to run the model on these texts" + advice(), e);
        }
    }

    /** Answers to pictures, or what is said of pictures that are too large. */
    public static <A> A refusesPictures(Supplier<A> work) {
        try {
            return work.get();
        } catch (OutOfMemoryError e) {
            throw new ImageException("too little memory to run the model on these pictures" + advice(), e);
        }
    }

    private static String advice() {
        return ". Give the JVM more with -Xmx, now " + (Runtime.getRuntime().maxMemory() >> 20)
                + " MB, or have it work on less at a time";
    }
}

package io.tesserae.layer.decoder;

/** Which sequence each sequence continues, where beam search repeats, reorders and drops them. */
final class Parents {

    private Parents() {}

    /** The values that sequences have from now on: each its parent's. */
    static int[] select(int[] values, int[] parents) {
        int[] selected = new int[parents.length];
        for (int i = 0; i < parents.length; i++) {
            selected[i] = values[parents[i]];
        }
        return selected;
    }
}

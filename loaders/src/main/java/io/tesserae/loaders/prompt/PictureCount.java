package io.tesserae.loaders.prompt;

/** A prompt's marks and the pictures that come with it are to be as many. */
final class PictureCount {

    private PictureCount() {}

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if not
     */
    static void check(int marks, int pictures) {
        if (marks != pictures) {
            throw new IllegalArgumentException("the prompt has a place for " + counted(marks) + " and comes with "
                    + counted(pictures) + ": give one picture for each " + PromptPart.PICTURE_MARK);
        }
    }

    private static String counted(int pictures) {
        return pictures + (pictures == 1 ? " picture" : " pictures");
    }
}

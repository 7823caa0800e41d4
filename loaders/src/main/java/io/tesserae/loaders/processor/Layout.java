package io.tesserae.loaders.processor;

/**
 * Where a picture's pixels go. Both windows may reach over the edge of what they lie in: there is black.
 *
 * @param taken what is cut out of the picture before it is resized; all of it where nothing is cut off then
 * @param resized the size that this is brought to
 * @param kept what is then left of it: the output
 */
record Layout(Window taken, ImageSize resized, Window kept) {

    /**
     * @throws IllegalArgumentException if the picture cannot be cropped or resized, because it is too small or too long and
     *     narrow
     */
    static Layout of(ImageProcessorConfig config, ImageSize picture) {
        CenterCrop crop = config.centerCrop().orElse(null);
        Window taken = crop instanceof CenterCrop.BeforeResize first
                ? Window.middle(picture, first.of(picture))
                : Window.whole(picture);
        ImageSize cropped = taken.size();
        ImageSize resized = config.resize().map(target -> target.of(cropped)).orElse(cropped);
        Window kept = crop instanceof CenterCrop.AfterResize(ImageSize size)
                ? Window.middle(resized, size)
                : Window.whole(resized);
        return new Layout(taken, resized, kept);
    }

    ImageSize output() {
        return kept.size();
    }

    /** The output in pixels of the picture as it was. */
    Region seen() {
        double across = (double) taken.width() / resized.width();
        double down = (double) taken.height() / resized.height();
        return new Region(
                taken.left() + kept.left() * across,
                taken.top() + kept.top() * down,
                kept.width() * across,
                kept.height() * down);
    }
}

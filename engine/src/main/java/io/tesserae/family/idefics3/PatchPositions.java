package io.tesserae.family.idefics3;

/**
 * Which of the trained positions the patches along a side have: transformers' {@code Idefics3VisionEmbeddings}, after Dehghani et al.,
 * "Patch n' Pack", arXiv 2307.06304. A patch lies at a fraction of the side's real length, and has the trained position that this
 * fraction falls to.
 *
 * <p>Where there are as many patches as positions, each fraction is a boundary between two of them, and rounding decides: of 27 patches
 * some have the position of their neighbour, in the models that were trained too. So roundings are the reference's, which are PyTorch's
 * on x86.
 *
 * @param boundaries where each position but the first begins, ascending
 */
record PatchPositions(float[] boundaries) {

    /** {@code torch.arange} begins with blocks of this many numbers, each counted on from its first, which is rounded. */
    private static final int BLOCK = 8;

    /** A fraction is below 1 in any case: {@code torch.clamp}. */
    private static final float LARGEST_FRACTION = (float) (1 - 1e-6);

    /** A side of so many trained positions. */
    static PatchPositions ofSide(int positions) {
        double step = 1.0 / positions;
        float[] boundaries = new float[(int) Math.ceil((1.0 - step) / step)];
        int inBlocks =
                boundaries.length / (2 * BLOCK) * (2 * BLOCK); // blocks come in pairs, and what is left by itself
        for (int i = 0; i < boundaries.length; i++) {
            int first = i - i % BLOCK;
            boundaries[i] = i < inBlocks
                    ? (float) ((float) (step + step * first) + (i - first) * step)
                    : (float) (step + step * i);
        }
        return new PatchPositions(boundaries);
    }

    /** The positions of so many patches side by side. */
    int[] of(int patches) {
        int[] positions = new int[patches];
        float step = 1f / patches;
        int position = 0;
        for (int patch = 0; patch < patches; patch++) {
            float fraction = Math.min(patch * step, LARGEST_FRACTION);
            while (position < boundaries.length && boundaries[position] <= fraction) {
                position++;
            }
            positions[patch] = position;
        }
        return positions;
    }
}

package io.tesserae.family;

/** What the models of a family take. */
public enum Input {
    /** Token ids, which a tokenizer makes of texts. */
    TOKENS,
    /** Pixel values, which an image processor makes of pictures. */
    PIXELS,
    /** Both: pictures, and texts that are about them. */
    PIXELS_AND_TOKENS,
    /** Numbers as they are, which nothing prepares: vectors, pairs of frames, a video with its sound. */
    ARRAYS,
    /** Episodes of observations, actions and rewards, and texts with photos. */
    EPISODES,
    /** Words, numbers, pictures and actions, one after the other in one stream. */
    STREAMS,
    /** One of these: which, is a matter of the head. Of a family, not of a head. */
    BY_HEAD
}

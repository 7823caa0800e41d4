package io.tesserae.loaders.chat.jinja;

/** Python's {@code None}. */
enum None {
    NONE
}

package io.tesserae.loaders.chat.jinja;

import java.util.List;

/** Python's {@code tuple}; a list is a {@link List}. */
record Tuple(List<Object> items) {}

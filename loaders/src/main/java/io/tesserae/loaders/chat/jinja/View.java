package io.tesserae.loaders.chat.jinja;

import java.util.List;

/** What a dictionary's {@code items()}, {@code keys()} and {@code values()} give: to go through as often as one likes, but not to index. */
record View(List<Object> items) {}

package io.tesserae.loaders.chat.jinja;

import java.util.Iterator;
import java.util.List;

/** Items that can be read once, as filters such as {@code map} give them. */
record Generator(Iterator<Object> items) {

    static Generator of(List<Object> items) {
        return new Generator(items.iterator());
    }
}

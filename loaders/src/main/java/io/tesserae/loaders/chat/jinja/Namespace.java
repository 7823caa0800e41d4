package io.tesserae.loaders.chat.jinja;

import java.util.Map;

/** What {@code namespace(…)} makes: attributes that can be set from within loops. */
record Namespace(Map<String, Object> attributes) {}

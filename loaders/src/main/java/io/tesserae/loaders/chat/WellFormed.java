package io.tesserae.loaders.chat;

import io.tesserae.arguments.Arguments;

/** Text without half a surrogate pair, which is no character, and which no vocabulary has. */
final class WellFormed {

    private WellFormed() {}

    static String require(String text, String name) {
        Arguments.require(text, name);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException(
                        name + ": expected text, found half a surrogate pair at position " + i);
            }
        }
        return text;
    }
}

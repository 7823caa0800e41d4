package io.tesserae.loaders.chat.jinja;

import java.util.Iterator;

/** A text's characters as Python has them: its code points. */
final class CodePoints {

    private CodePoints() {}

    /** By code points, unlike {@link String#compareTo}. */
    static int compare(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean pairs = Character.isSurrogate(a) != Character.isSurrogate(b);
                return pairs ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    /** Each code point as a text. */
    static Iterator<String> characters(String text) {
        return new Iterator<>() {
            private int position;

            @Override
            public boolean hasNext() {
                return position < text.length();
            }

            @Override
            public String next() {
                int c = text.codePointAt(position);
                position += Character.charCount(c);
                return Character.toString(c);
            }
        };
    }
}

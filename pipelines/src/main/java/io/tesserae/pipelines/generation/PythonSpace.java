package io.tesserae.pipelines.generation;

/** Stripping white space as Python's {@code str.strip} does, which templates are written for. Java's leaves hard spaces. */
final class PythonSpace {

    private PythonSpace() {}

    static String strip(String text) {
        int start = 0;
        while (start < text.length() && isSpace(text.charAt(start))) {
            start++;
        }
        return stripEnd(text.substring(start));
    }

    static String stripEnd(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    private static boolean isSpace(char character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character) || character == '\u0085';
    }
}

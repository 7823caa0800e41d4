package io.tesserae.loaders.chat.jinja;

import java.util.Locale;

/** Upper and lower case, and both, as Python's {@code str} has them. */
final class LetterCase {

    private static final int SIGMA = 0x3A3;

    private LetterCase() {}

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** The first character as a title has it, the others in lower case. */
    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.codePointAt(0);
        StringBuilder capitalized = new StringBuilder(text.length());
        appendTitle(first, capitalized);
        String rest = text.substring(Character.charCount(first));
        return capitalized.append(lowerRest(rest)).toString();
    }

    /** Every letter that follows no letter as a title has it, the others in lower case. */
    static String title(String text) {
        StringBuilder title = new StringBuilder(text.length());
        boolean followsLetter = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (followsLetter) {
                title.append(lowerRest(Character.toString(c)));
            } else {
                appendTitle(c, title);
            }
            followsLetter = isCased(c);
        }
        return title.toString();
    }

    /** What the filter does: pieces begin after white space, hyphens and opening brackets. */
    static String titleOfPieces(String text) {
        StringBuilder title = new StringBuilder(text.length());
        int start = 0;
        while (start < text.length()) {
            boolean isBetween = isBetween(text.charAt(start));
            int end = start;
            while (end < text.length() && isBetween(text.charAt(end)) == isBetween) {
                end++;
            }
            int second = text.offsetByCodePoints(start, 1);
            title.append(upper(text.substring(start, second))).append(lowerRest(text.substring(second, end)));
            start = end;
        }
        return title.toString();
    }

    private static boolean isBetween(char c) {
        return PythonSpace.isSpace(c) || "-({[<".indexOf(c) >= 0;
    }

    /** Whether a capital sigma ends a word is a question of what stands before it, which was cut off. */
    private static String lowerRest(String text) {
        if (text.indexOf(SIGMA) >= 0) {
            throw TemplateFailure.of("a title with a capital sigma is not supported");
        }
        return lower(text);
    }

    private static void appendTitle(int c, StringBuilder title) {
        String upper = upper(Character.toString(c));
        if (upper.codePointCount(0, upper.length()) > 1) {
            throw TemplateFailure.of("a title with the character U+" + String.format("%04X", c) + " is not supported");
        }
        title.appendCodePoint(Character.toTitleCase(c));
    }

    static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    /** Whether there are letters of this case, and none of another. */
    static boolean isAll(String text, boolean upper) {
        boolean found = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (Character.isTitleCase(c) || (upper ? Character.isLowerCase(c) : Character.isUpperCase(c))) {
                return false;
            }
            found |= upper ? Character.isUpperCase(c) : Character.isLowerCase(c);
        }
        return found;
    }
}

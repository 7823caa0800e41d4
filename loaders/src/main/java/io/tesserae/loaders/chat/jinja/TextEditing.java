package io.tesserae.loaders.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Stripping, splitting and replacing, as Python's {@code str} has them. */
final class TextEditing {

    private TextEditing() {}

    /** @param characters what is taken away; white space if null */
    static String strip(String text, String characters, boolean atStart, boolean atEnd) {
        int start = 0;
        int end = text.length();
        while (atStart && start < end && isStripped(text.codePointAt(start), characters)) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (atEnd && end > start && isStripped(text.codePointBefore(end), characters)) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    private static boolean isStripped(int c, String characters) {
        return characters == null ? PythonSpace.isSpace(c) : characters.indexOf(c) >= 0;
    }

    /**
     * The parts between separators.
     *
     * @param separator white space of any length if null, and then there are no empty parts
     * @param most how often it is cut; any number if negative
     */
    static List<Object> split(Budget budget, String text, String separator, long most) {
        List<Object> parts = new ArrayList<>();
        if (separator == null) {
            int start = PythonSpace.skip(text, 0);
            while (start < text.length()) {
                budget.step();
                int end = start;
                if (parts.size() == most) {
                    parts.add(text.substring(start));
                    break;
                }
                while (end < text.length() && !PythonSpace.isSpace(text.charAt(end))) {
                    end++;
                }
                parts.add(text.substring(start, end));
                start = PythonSpace.skip(text, end);
            }
            return Collections.unmodifiableList(parts);
        }
        requireSeparator(separator);
        int start = 0;
        for (int end = text.indexOf(separator);
                end >= 0 && parts.size() != most;
                end = text.indexOf(separator, start)) {
            budget.step();
            parts.add(text.substring(start, end));
            start = end + separator.length();
        }
        parts.add(text.substring(start));
        return Collections.unmodifiableList(parts);
    }

    /** The same from the end. */
    static List<Object> splitFromEnd(Budget budget, String text, String separator, long most) {
        if (most < 0) {
            return split(budget, text, separator, most);
        }
        if (separator == null) {
            throw TemplateFailure.of("rsplit() by white space with a limit is not supported");
        }
        requireSeparator(separator);
        List<Object> parts = new ArrayList<>();
        int end = text.length();
        for (int at = before(text, separator, end); at >= 0 && parts.size() < most; at = before(text, separator, end)) {
            budget.step();
            parts.add(text.substring(at + separator.length(), end));
            end = at;
        }
        parts.add(text.substring(0, end));
        Collections.reverse(parts);
        return Collections.unmodifiableList(parts);
    }

    private static int before(String text, String separator, int end) {
        return end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length());
    }

    private static void requireSeparator(String separator) {
        if (separator.isEmpty()) {
            throw TemplateFailure.of("split() by an empty separator");
        }
    }

    /** The lines without what ends them. */
    static List<Object> lines(Budget budget, String text) {
        List<Object> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (endsLine(text.charAt(i))) {
                budget.step();
                lines.add(text.substring(start, i));
                if (text.charAt(i) == '\r' && text.startsWith("\n", i + 1)) {
                    i++;
                }
                start = i + 1;
            }
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return Collections.unmodifiableList(lines);
    }

    private static boolean endsLine(char c) {
        return c >= '\n' && c <= '\r' || c >= 0x1c && c <= 0x1e || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    /** @param most how often; any number if negative. An empty text is found before every character and at the end. */
    static String replace(Budget budget, String text, String old, String replacement, long most) {
        StringBuilder replaced = new StringBuilder();
        long left = most < 0 ? Long.MAX_VALUE : most;
        int start = 0;
        while (left > 0) {
            int at = old.isEmpty() ? start : text.indexOf(old, start);
            if (at < 0) {
                break;
            }
            budget.step();
            budget.characters(at - start + replacement.length());
            replaced.append(text, start, at).append(replacement);
            left--;
            start = at + old.length();
            if (old.isEmpty()) {
                if (start == text.length()) {
                    break;
                }
                int next = text.offsetByCodePoints(start, 1);
                replaced.append(text, start, next);
                start = next;
            }
        }
        return budget.text(replaced.append(text, start, text.length()).toString());
    }

    /** How often it is there, each time after the one before. */
    static long count(Budget budget, String text, String part) {
        if (part.isEmpty()) {
            return text.codePointCount(0, text.length()) + 1L;
        }
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            budget.step();
            count++;
        }
        return count;
    }

    /** Indents the lines after the first. */
    static String indent(Budget budget, String text, String indention, boolean first, boolean blank) {
        List<Object> lines = lines(budget, text + "\n");
        StringBuilder indented = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            budget.characters((long) line.length() + indention.length() + 1);
            indented.append(i > 0 ? "\n" : "");
            if (i == 0 ? first : blank || !line.isEmpty()) {
                indented.append(indention);
            }
            indented.append(line);
        }
        return indented.toString();
    }

    /** Texts of values, with a separator between. */
    static String join(Budget budget, String separator, List<?> items) {
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            String item = Texts.string(budget, items.get(i));
            budget.characters((long) item.length() + separator.length());
            joined.append(i > 0 ? separator : "").append(item);
        }
        return joined.toString();
    }
}

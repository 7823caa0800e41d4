package io.tesserae.loaders.hub;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header that says which part of a file an answer is: {@code bytes 100-199/200}. Source: RFC 9110, section 14.4. */
final class ContentRange {

    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    private ContentRange() {}

    /**
     * The place of the part's first byte; empty unless the part goes up to the file's end.
     *
     * @param size of the whole file, -1 if it is not known
     */
    static OptionalLong first(String header, long size) {
        Matcher matcher = RANGE.matcher(header);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        boolean toTheEnd = size < 0
                || last == size - 1
                        && (matcher.group(3).equals("*") || matcher.group(3).equals(String.valueOf(size)));
        return first <= last && toTheEnd ? OptionalLong.of(first) : OptionalLong.empty();
    }
}

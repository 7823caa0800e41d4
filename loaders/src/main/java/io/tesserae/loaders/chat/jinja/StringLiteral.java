package io.tesserae.loaders.chat.jinja;

/** What stands between the quotes of a string, with Python's escapes; one that is unknown stays as it is, as there. */
final class StringLiteral {

    private StringLiteral() {}

    static String unescape(String written, int line) {
        StringBuilder text = new StringBuilder(written.length());
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escape = written.charAt(++i); // the lexer lets no string end in half an escape
            int plain = "abfnrtv\\'\"".indexOf(escape);
            if (plain >= 0) {
                text.append("\u0007\b\f\n\r\t\u000b\\'\"".charAt(plain));
            } else if (escape >= '0' && escape <= '7') {
                int end = i + 1;
                while (end < written.length()
                        && end < i + 3
                        && written.charAt(end) >= '0'
                        && written.charAt(end) <= '7') {
                    end++;
                }
                text.append((char) Integer.parseInt(written, i, end, 8));
                i = end - 1;
            } else if (escape == 'x' || escape == 'u' || escape == 'U') {
                int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : 8;
                text.appendCodePoint(hexadecimal(written, i + 1, digits, line));
                i += digits;
            } else if (escape == 'N' || escape > 126) {
                throw TemplateFailure.at(line, "the escape \\" + escape + " in a string is not supported");
            } else if (escape != '\n') { // a backslash before a line's end joins the lines
                text.append(c).append(escape);
            }
        }
        return text.toString();
    }

    private static int hexadecimal(String written, int from, int digits, int line) {
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = i < written.length() && written.charAt(i) < 128 ? Character.digit(written.charAt(i), 16) : -1;
            if (digit < 0 || value > Character.MAX_CODE_POINT >> 4) {
                throw TemplateFailure.at(line, "an escape in a string is not finished, or no character's");
            }
            value = value << 4 | digit;
        }
        if (value > Character.MAX_CODE_POINT || value >= 0xD800 && value <= 0xDFFF) {
            throw TemplateFailure.at(line, "an escape in a string stands for no character");
        }
        return value;
    }
}

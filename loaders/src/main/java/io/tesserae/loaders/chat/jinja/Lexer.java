package io.tesserae.loaders.chat.jinja;

import io.tesserae.loaders.chat.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Cuts a template into tokens, as Jinja does with {@code trim_blocks} and {@code lstrip_blocks}: the line's end after a block's goes, and
 * so does what is blank before a block that begins its line. Comments leave nothing.
 */
final class Lexer {

    private static final List<String> OPERATORS = List.of(
            "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
            "=", ".", ":", "|", ",", ";");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    /** Whether what was read last ended a line, or nothing was read yet. */
    private boolean lineStarts = true;

    private int line = 1;
    private int lineCountedTo;

    private Lexer(String source) {
        this.source = source;
    }

    /** The tokens; the last is the end. */
    static List<Token> tokens(String template) {
        String source = template.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer = new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
        lexer.readAll();
        return List.copyOf(lexer.tokens);
    }

    private void readAll() {
        while (position < source.length()) {
            int tag = nextTag();
            if (tag < 0) {
                add(Kind.DATA, source.substring(position), position);
                position = source.length();
            } else {
                readTag(tag);
            }
        }
        add(Kind.END, "", source.length());
    }

    private int nextTag() {
        for (int i = source.indexOf('{', position); i >= 0; i = source.indexOf('{', i + 1)) {
            if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private void readTag(int tag) {
        char sort = source.charAt(tag + 1);
        addText(position, tag, sort == '{');
        position = tag + 2;
        if (at("-") || at("+")) {
            position++;
        }
        int rawBody = sort == '%' ? rawBegin(position) : -1;
        if (rawBody >= 0) {
            lineStarts = source.charAt(rawBody - 1) == '\n';
            position = rawBody;
            readRaw(tag);
        } else if (sort == '#') {
            readComment(tag);
        } else {
            add(sort == '{' ? Kind.VARIABLE_BEGIN : Kind.BLOCK_BEGIN, "", tag);
            readInside(sort == '{');
        }
    }

    /** The text before a tag, as far as the tag and {@code lstrip_blocks} leave it. */
    private void addText(int from, int tag, boolean isVariable) {
        String text = source.substring(from, tag);
        char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
        if (sign == '-') {
            text = PythonSpace.stripEnd(text);
        } else if (sign != '+' && !isVariable) {
            int lineBegin = text.lastIndexOf('\n') + 1;
            if ((lineBegin > 0 || lineStarts) && PythonSpace.skip(text, lineBegin) == text.length()) {
                text = text.substring(0, lineBegin);
            }
        }
        if (!text.isEmpty()) {
            add(Kind.DATA, text, from);
        }
    }

    // --- Raw text and comments

    /** Where the text after {@code {% raw %}} begins; -1 if this is no such tag. */
    private int rawBegin(int from) {
        int name = PythonSpace.skip(source, from);
        if (!source.startsWith("raw", name)) {
            return -1;
        }
        int end = PythonSpace.skip(source, name + 3);
        if (source.startsWith("-%}", end)) {
            return PythonSpace.skip(source, end + 3);
        }
        return source.startsWith("%}", end) ? end + 2 : -1;
    }

    private void readRaw(int tag) {
        for (int i = source.indexOf("{%", position); i >= 0; i = source.indexOf("{%", i + 1)) {
            int sign = i + 2 < source.length() && "-+".indexOf(source.charAt(i + 2)) >= 0 ? 1 : 0;
            int name = PythonSpace.skip(source, i + 2 + sign);
            if (source.startsWith("endraw", name)) {
                int end = blockEnd(PythonSpace.skip(source, name + 6));
                if (end >= 0) {
                    addText(position, i, false);
                    moveTo(end);
                    return;
                }
            }
        }
        throw TemplateFailure.at(lineAt(tag), "{% raw %} is never closed");
    }

    private void readComment(int tag) {
        int close = source.indexOf("#}", position);
        if (close < 0) {
            throw TemplateFailure.at(lineAt(tag), "the comment is never closed");
        }
        char before = close > position ? source.charAt(close - 1) : ' ';
        int end = close + 2;
        if (before == '-') {
            end = PythonSpace.skip(source, end);
        } else if (before != '+' && source.startsWith("\n", end)) {
            end++;
        }
        moveTo(end);
    }

    /** Where it goes on after a block's end that stands here; -1 if none does. */
    private int blockEnd(int here) {
        if (source.startsWith("+%}", here)) {
            return here + 3;
        }
        if (source.startsWith("-%}", here)) {
            return PythonSpace.skip(source, here + 3);
        }
        if (source.startsWith("%}", here)) {
            return source.startsWith("\n", here + 2) ? here + 3 : here + 2;
        }
        return -1;
    }

    private int variableEnd(int here) {
        if (source.startsWith("-}}", here)) {
            return PythonSpace.skip(source, here + 3);
        }
        return source.startsWith("}}", here) ? here + 2 : -1;
    }

    // --- Inside of a tag

    private void readInside(boolean isVariable) {
        Deque<String> open = new ArrayDeque<>();
        while (position < source.length()) {
            int end = !open.isEmpty() ? -1 : isVariable ? variableEnd(position) : blockEnd(position);
            if (end >= 0) {
                add(isVariable ? Kind.VARIABLE_END : Kind.BLOCK_END, "", position);
                moveTo(end);
                return;
            }
            char c = source.charAt(position);
            if (PythonSpace.isSpace(c)) {
                position++;
            } else if (isDigit(c)) {
                readNumber();
            } else if (isWord(c)) {
                int start = position;
                while (position < source.length() && isWord(source.charAt(position))) {
                    position++;
                }
                add(Kind.NAME, source.substring(start, position), start);
            } else if (c == '\'' || c == '"') {
                readString(c);
            } else {
                readOperator(open);
            }
        }
    }

    private void readNumber() {
        int start = position;
        skipDigits();
        boolean isFloat = false;
        if (start == 0 || source.charAt(start - 1) != '.') { // the second of x.0.1 is an index too
            if (at(".") && position + 1 < source.length() && isDigit(source.charAt(position + 1))) {
                position++;
                skipDigits();
                isFloat = true;
            }
            int exponent = position + 1;
            if (at("e") || at("E")) {
                if (exponent < source.length() && "+-".indexOf(source.charAt(exponent)) >= 0) {
                    exponent++;
                }
                if (exponent < source.length() && isDigit(source.charAt(exponent))) {
                    position = exponent;
                    skipDigits();
                    isFloat = true;
                }
            }
        }
        String digits = source.substring(start, position);
        boolean isWordToo = position < source.length() && isWord(source.charAt(position));
        if (isWordToo || !isFloat && digits.length() > 1 && digits.charAt(0) == '0') {
            throw TemplateFailure.at(lineAt(start), "the way the number at " + digits + " is written is not supported");
        }
        add(isFloat ? Kind.FLOAT : Kind.INTEGER, digits, start);
    }

    private void skipDigits() {
        while (position < source.length() && isDigit(source.charAt(position))) {
            position++;
        }
    }

    private void readString(char quote) {
        int start = position++;
        while (position < source.length() && source.charAt(position) != quote) {
            position += source.charAt(position) == '\\' ? 2 : 1;
        }
        if (position >= source.length()) {
            throw TemplateFailure.at(lineAt(start), "the string is never closed");
        }
        int here = lineAt(start);
        add(Kind.STRING, StringLiteral.unescape(source.substring(start + 1, position), here), start);
        position++;
    }

    private void readOperator(Deque<String> open) {
        String operator = OPERATORS.stream()
                .filter(this::at)
                .findFirst()
                .orElseThrow(() -> TemplateFailure.at(
                        lineAt(position),
                        "the character U+" + String.format("%04X", source.codePointAt(position))
                                + " is not expected here"));
        switch (operator) {
            case "{" -> open.push("}");
            case "(" -> open.push(")");
            case "[" -> open.push("]");
            case "}", ")", "]" -> {
                if (open.isEmpty() || !open.pop().equals(operator)) {
                    throw TemplateFailure.at(lineAt(position), operator + " closes nothing");
                }
            }
            default -> {}
        }
        add(Kind.OPERATOR, operator, position);
        position += operator.length();
    }

    private boolean at(String text) {
        return source.startsWith(text, position);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || isDigit(c);
    }

    private void moveTo(int end) {
        lineStarts = source.charAt(end - 1) == '\n';
        position = end;
    }

    private void add(Kind kind, String text, int start) {
        tokens.add(new Token(kind, text, lineAt(start)));
    }

    /** Of positions that never go back by much. */
    private int lineAt(int at) {
        for (; lineCountedTo < at; lineCountedTo++) {
            if (source.charAt(lineCountedTo) == '\n') {
                line++;
            }
        }
        return line;
    }
}

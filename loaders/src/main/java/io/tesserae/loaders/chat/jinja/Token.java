package io.tesserae.loaders.chat.jinja;

/**
 * A piece of a template.
 *
 * @param text what it says: a string's value without quotes, an operator's or number's characters
 * @param line of the template, from 1
 */
record Token(Kind kind, String text, int line) {

    enum Kind {
        DATA,
        BLOCK_BEGIN,
        BLOCK_END,
        VARIABLE_BEGIN,
        VARIABLE_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    /** What error messages call it. */
    String describe() {
        return switch (kind) {
            case DATA -> "text";
            case BLOCK_BEGIN -> "{%";
            case BLOCK_END -> "%}";
            case VARIABLE_BEGIN -> "{{";
            case VARIABLE_END -> "}}";
            case END -> "the end of the template";
            case STRING -> "a string";
            default -> text.length() > 40 ? text.substring(0, 40) + "…" : text;
        };
    }
}

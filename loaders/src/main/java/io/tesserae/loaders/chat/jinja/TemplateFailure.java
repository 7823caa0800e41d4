package io.tesserae.loaders.chat.jinja;

/** What is wrong with a template, or went wrong while it was rendered; with the line of the template where that is known. */
public final class TemplateFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int line;

    private TemplateFailure(int line, String message) {
        super(message, null, false, false); // its stack would show the interpreter, not the template
        this.line = line;
    }

    static TemplateFailure of(String message) {
        return new TemplateFailure(0, message);
    }

    static TemplateFailure at(int line, String message) {
        return new TemplateFailure(line, "line " + line + ": " + message);
    }

    /** The same with a line, unless it has one. */
    TemplateFailure orAt(int statementLine) {
        return line > 0 ? this : at(statementLine, getMessage());
    }
}

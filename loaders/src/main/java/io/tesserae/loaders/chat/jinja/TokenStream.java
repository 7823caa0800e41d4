package io.tesserae.loaders.chat.jinja;

import io.tesserae.loaders.chat.jinja.Token.Kind;
import java.util.List;

/** The tokens of a template, read from first to last; counts how deep what is read is nested. */
final class TokenStream {

    /** Deeper templates are attacks on the stack. */
    private static final int DEPTH_LIMIT = 60;

    private final List<Token> tokens;
    private int position;
    private int depth;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(position);
    }

    Token next() {
        Token token = tokens.get(position);
        position = Math.min(position + 1, tokens.size() - 1);
        return token;
    }

    Token ahead() {
        return tokens.get(Math.min(position + 1, tokens.size() - 1));
    }

    boolean isOperator(String operator) {
        return current().isOperator(operator);
    }

    boolean isName(String name) {
        return current().isName(name);
    }

    boolean skipOperator(String operator) {
        boolean found = isOperator(operator);
        if (found) {
            next();
        }
        return found;
    }

    boolean skipName(String name) {
        boolean found = isName(name);
        if (found) {
            next();
        }
        return found;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw unexpected(operator);
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw unexpected(name);
        }
    }

    Token expect(Kind kind, String expected) {
        if (current().kind() != kind) {
            throw unexpected(expected);
        }
        return next();
    }

    void expectBlockEnd() {
        skipOperator(":"); // allowed, as in Python
        expect(Kind.BLOCK_END, "%}");
    }

    TemplateFailure unexpected(String expected) {
        return failure("expected " + expected + ", found " + current().describe());
    }

    TemplateFailure unsupported(String construct) {
        return failure(construct + " is not supported");
    }

    TemplateFailure failure(String message) {
        return TemplateFailure.at(current().line(), message);
    }

    void enter() {
        if (++depth > DEPTH_LIMIT) {
            throw failure("nested more than " + DEPTH_LIMIT + " deep");
        }
    }

    void leave() {
        depth--;
    }
}

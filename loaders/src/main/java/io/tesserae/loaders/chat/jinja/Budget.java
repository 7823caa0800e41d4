package io.tesserae.loaders.chat.jinja;

/**
 * What rendering may cost. A template comes from outside: one that never ends, or makes text without end, ends here in one clear line.
 * Ordinary templates need a few hundred steps for each message.
 */
final class Budget {

    private static final long STEPS = 4_000_000;

    /** Of all texts that are made on the way, in UTF-16 units; the output is one of them. */
    private static final long CHARACTERS = 64L << 20;

    /** Each level takes a few frames of the stack. */
    private static final int DEPTH = 300;

    private long steps = STEPS;
    private long characters = CHARACTERS;
    private int depth;

    void step() {
        steps(1);
    }

    void steps(long count) {
        steps -= count;
        if (steps < 0) {
            throw TemplateFailure.of("it takes more than " + STEPS + " steps to render");
        }
    }

    /** Before a text of this length is made. */
    void characters(long count) {
        characters -= count;
        if (characters < 0) {
            throw TemplateFailure.of("the texts that it makes have more than " + CHARACTERS + " characters");
        }
    }

    /** A text that was made of one that is about as long. */
    String text(String text) {
        characters(text.length());
        return text;
    }

    void enter() {
        step();
        if (++depth > DEPTH) {
            throw TemplateFailure.of("nested more than " + DEPTH + " deep");
        }
    }

    void leave() {
        depth--;
    }
}

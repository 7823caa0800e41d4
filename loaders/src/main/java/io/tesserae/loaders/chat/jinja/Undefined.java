package io.tesserae.loaders.chat.jinja;

/**
 * What a name or an item is that is not there: printed it is nothing, it is false and has no items, and all else with it fails.
 *
 * @param reason what is not there, for error messages
 */
record Undefined(String reason) {

    static Undefined ofName(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    TemplateFailure failure() {
        return TemplateFailure.of(reason);
    }
}

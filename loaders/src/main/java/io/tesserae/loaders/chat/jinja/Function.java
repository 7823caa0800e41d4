package io.tesserae.loaders.chat.jinja;

/** What a template can call by a name: one of Jinja's functions, or a macro. */
@FunctionalInterface
interface Function {
    Object call(Budget budget, CallArguments arguments);
}

/**
 * The part of the template language Jinja that chat templates are written in: lexer, parser, evaluator. Values are as Python has them.
 *
 * <p>One package, since nothing of it but a template is to be seen from outside, and every part knows the values of every other.
 */
package io.tesserae.loaders.chat.jinja;

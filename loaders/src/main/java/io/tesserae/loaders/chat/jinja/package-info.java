/** The part of the template language Jinja that chat templates are written in: lexer, parser, evaluator. Values are as Python has them. */
package io.tesserae.loaders.chat.jinja;

/**
 * What options have in common: {@code --help}, {@code --quiet}, {@code --verbose}, and from words to values within their ranges.
 */
package io.tesserae.cli.option;

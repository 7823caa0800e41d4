/**
 * Attention that can be seen: maps over pictures as PNG files, lines between tokens as a page for the browser, the words of a sentence
 * over the picture it is about. API.
 */
package io.tesserae.pipelines.attention;

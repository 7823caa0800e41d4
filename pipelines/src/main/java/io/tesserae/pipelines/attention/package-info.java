/** Attention that can be seen: maps over pictures as PNG files, lines between tokens as a page for the browser. */
package io.tesserae.pipelines.attention;

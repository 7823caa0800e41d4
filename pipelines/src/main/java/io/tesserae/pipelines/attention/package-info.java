/** Attention that can be seen: maps over pictures as PNG files, lines between tokens as a page for the browser. API. */
package io.tesserae.pipelines.attention;

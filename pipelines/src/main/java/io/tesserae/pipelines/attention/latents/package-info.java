/** What latents read: maps over the pixels of a picture as PNG files, and over the characters of a text as a page for the browser. API. */
package io.tesserae.pipelines.attention.latents;

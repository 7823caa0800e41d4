/** Attention from words to the pictures of a prompt that mixes both. */
package io.tesserae.pipelines.attention.mixed;

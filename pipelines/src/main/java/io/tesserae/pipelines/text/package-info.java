/** Pipelines of texts: classification, tokens, masked words, answers, features. */
package io.tesserae.pipelines.text;

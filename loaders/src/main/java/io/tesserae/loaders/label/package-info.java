/** What the outputs of a classification head mean: the labels by their ids, their scores, and how outputs become scores. API. */
package io.tesserae.loaders.label;

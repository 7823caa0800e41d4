/** What a training run leaves on disk, in transformers' layout, and how it is read again; never half-written. */
package io.tesserae.training.saving;

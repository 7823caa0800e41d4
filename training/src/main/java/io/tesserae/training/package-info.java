/** Fine-tuning: the {@code Trainer}, its arguments and its callbacks. */
package io.tesserae.training;

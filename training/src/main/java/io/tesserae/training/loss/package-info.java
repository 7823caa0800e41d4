/** What training makes small: losses, each with its gradient. */
package io.tesserae.training.loss;

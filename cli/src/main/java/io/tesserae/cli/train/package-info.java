/** {@code tesserae train}: a command for each task that a model can be trained for, and what all of them have in common. */
package io.tesserae.cli.train;

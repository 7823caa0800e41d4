/**
 * What a generalist learns from: environments, each in a file with the expert that plays it, episodes of them, and drawn
 * scenes with captions and questions. Everything follows from a seed and is the same on every machine.
 */
package io.tesserae.examples.generalist;

/** How good a captioner is, on scenes that a program draws: whether its sentences are right, and whether it looks at what it names. */
package io.tesserae.benchmarks.scenes;

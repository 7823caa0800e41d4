/** How long a step of an agent takes, of one and of many that act together. */
package io.tesserae.benchmarks.acting;

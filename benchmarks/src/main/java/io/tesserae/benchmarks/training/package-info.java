/** How long a step of training takes, and what in it takes how long. */
package io.tesserae.benchmarks.training;

/** What rounding a model's weights does to its answers. */
package io.tesserae.benchmarks.precision;

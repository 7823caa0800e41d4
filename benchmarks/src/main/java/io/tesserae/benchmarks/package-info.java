/**
 * How fast the engine is: JMH benchmarks of its parts, and whole models side by side with other engines.
 *
 * <p>One package, since the suite measures the same workloads by the same clocks in each of its sections, and nobody outside uses any
 * of them.
 */
package io.tesserae.benchmarks;

/** How fast the engine is: JMH benchmarks of its parts, and whole models side by side with other engines. */
package io.tesserae.benchmarks;

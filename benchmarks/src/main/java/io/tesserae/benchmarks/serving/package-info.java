/** What a server answers in a second, beside one that is built around another engine. */
package io.tesserae.benchmarks.serving;

/** The engine that models are loaded with: how many threads, and how weights are kept. API. */
package io.tesserae.engine;

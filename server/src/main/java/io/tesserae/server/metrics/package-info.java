/** What a server tells Prometheus. */
package io.tesserae.server.metrics;

/** The HTTP server: Jetty, its limits, and what stands around each request. */
package io.tesserae.server.http;

/** A server of models: {@link io.tesserae.server.TesseraeServer}. */
package io.tesserae.server;

/** What a server is given: {@linkplain io.tesserae.server.model.ServedModel models} and {@linkplain io.tesserae.server.model.ServerOptions choices}. */
package io.tesserae.server.model;

/** Models that are to be served: {@link io.tesserae.server.model.ServedModel}. */
package io.tesserae.server.model;

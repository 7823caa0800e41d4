/** Models at work: their tasks, each with its queue, and the requests on their way through them. */
package io.tesserae.server.serving;

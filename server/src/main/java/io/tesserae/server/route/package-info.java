/** What is answered where: one class for each route. Knows nothing of the HTTP server. */
package io.tesserae.server.route;

/** What is said to a client whose request cannot be answered. */
package io.tesserae.server.failure;

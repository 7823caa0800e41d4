/** Models that are served, each with the tasks that it can do. */
package io.tesserae.server.model;

/** The page for people: its files, and the pages that show where a model looks. */
package io.tesserae.server.page;

/** Data files as rows with named columns; each row knows its file and line, so that errors name them. */
package io.tesserae.training.data.table;

/**
 * Commands about a model itself rather than a task: {@code tokenize}, {@code forward}, {@code inspect}, {@code bench}.
 */
package io.tesserae.cli.model;

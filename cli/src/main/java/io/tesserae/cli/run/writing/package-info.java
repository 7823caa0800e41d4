/** The tasks of {@code tesserae run} that are answered in words of the model's own. */
package io.tesserae.cli.run.writing;

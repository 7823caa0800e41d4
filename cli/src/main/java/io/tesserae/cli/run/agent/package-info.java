/** The task of {@code tesserae run} that takes no inputs, and plays: {@code agent}. */
package io.tesserae.cli.run.agent;

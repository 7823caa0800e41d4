/** How the bundled generalist learned, and how good it is. */
package io.tesserae.examples.generalist.learning;

/** Test data that lies compressed in the repository. */
package io.tesserae.packed;

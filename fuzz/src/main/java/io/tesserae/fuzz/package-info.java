/** Fuzz targets for every parser, the contract they are held to, and their seeds. */
package io.tesserae.fuzz;

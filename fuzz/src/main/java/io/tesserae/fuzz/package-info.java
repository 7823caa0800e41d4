/**
 * Fuzz targets for every parser, the contract they are held to, and their seeds.
 *
 * <p>One package, since the targets are one list, each a file.
 */
package io.tesserae.fuzz;

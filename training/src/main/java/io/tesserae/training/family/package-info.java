/** The networks of each family: which layers, by which names of the state dict; and the one list of families. */
package io.tesserae.training.family;

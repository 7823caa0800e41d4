/** The models, one file per family, each to be read beside its paper; and what goes into and comes out of them. */
package io.tesserae.model;

/**
 * The models, one file per family, each to be read beside its paper; and what goes into and comes out of
 * them. API.
 */
package io.tesserae.model;

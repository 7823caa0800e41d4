/**
 * What every family's models are: encoders, decoders, and what stands on them; what goes into and what comes out of them. API.
 *
 * <p>One package, since heads compute with what encoders and decoders show to nobody else, and whoever embeds them should not see either.
 */
package io.tesserae.model;

/**
 * Models of latents, as Perceiver is: what they read, texts, pictures, sound or all of these, goes into an array of one size, and any
 * number of outputs is asked of that. API.
 */
package io.tesserae.model.latent;

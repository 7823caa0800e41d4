/**
 * Perceiver IO, which reads almost any input with a small array of latents: Jaegle et al., arXiv 2107.14795. A file for the model, and
 * one for each kind of input and output. Not API.
 */
package io.tesserae.family.perceiver;

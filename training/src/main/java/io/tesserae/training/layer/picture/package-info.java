/**
 * The layers that networks of pictures have for themselves: from pixels to tokens with positions, and from tokens to
 * a picture's features.
 */
package io.tesserae.training.layer.picture;

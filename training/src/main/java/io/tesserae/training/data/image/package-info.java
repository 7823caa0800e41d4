/** Examples that have a picture: labelled ones, and ones with a caption. */
package io.tesserae.training.data.image;

/** Episodes and texts that one network learns from together: sources, their shares in a batch, and what is to be predicted. */
package io.tesserae.training.data.episode;

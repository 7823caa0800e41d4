/** What comes before a model of episodes: {@code JatProcessor}. */
package io.tesserae.loaders.episode;

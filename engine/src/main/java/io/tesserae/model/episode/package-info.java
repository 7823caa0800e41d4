/** Models that act: episodes of observations, actions and rewards, whole or step by step. */
package io.tesserae.model.episode;

package io.tesserae.model.episode;

/**
 * How far predictions are from what happened, in the mean over all steps of a batch.
 *
 * @param loss the two others, each times its coefficient in config.json
 * @param observationLoss the mean squared error of what is observed next; NaN where no episode has a second step, 0 where nothing is predicted
 * @param actionLoss the mean squared error of continuous actions; the cross-entropy of discrete ones
 */
public record EpisodeLosses(float loss, float observationLoss, float actionLoss) {}

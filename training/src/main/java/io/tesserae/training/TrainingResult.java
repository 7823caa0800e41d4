package io.tesserae.training;

import java.util.Map;

/**
 * What a run came to.
 *
 * @param globalStep steps that were done
 * @param trainLoss the mean loss of those steps; NaN if there were none
 * @param metrics of the model that was saved, {@code eval_loss} and others; empty without an evaluation
 * @param stopped whether the run was stopped before its last step
 */
public record TrainingResult(long globalStep, double trainLoss, Map<String, Double> metrics, boolean stopped) {}

package io.tesserae.family.jat;

import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.EpisodeLosses;
import io.tesserae.model.episode.Observations;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * What JAT's predictions are worth: {@code compute_mse_loss} and {@code compute_ce_loss} of the reference. Means are over the steps that
 * there are; in the reference, over those that the mask leaves. Sums are of float64.
 *
 * @param weights {@code [episodes][steps]}; none for all 1
 */
record JatLosses(JatConfig config, List<Episode> episodes, float[][] weights) {

    EpisodeLosses of(Predictions.OfActions actions, Optional<Predictions.OfObservations> observations) {
        double ofActions = episodes.getFirst().actions() instanceof Actions.Continuous
                ? continuousActions(actions.all())
                : discreteActions(actions.all());
        double ofObservations = observations.isEmpty()
                ? 0
                : observations(observations.get().all(), episodes.getFirst().observations());
        double loss = config.observationLossCoef() * ofObservations + config.actionLossCoef() * ofActions;
        return new EpisodeLosses((float) loss, (float) ofObservations, (float) ofActions);
    }

    private double weight(int episode, int step) {
        return weights.length == 0 ? 1 : weights[episode][step];
    }

    /** What was predicted at a step is compared with the observation of the next, as it is widened; or with its frames. */
    private double observations(Tensor predicted, Observations kind) {
        double sum = 0;
        long count = 0;
        int first = 0;
        for (int e = 0; e < episodes.size(); e++) {
            Episode episode = episodes.get(e);
            for (int step = 1; step < episode.steps(); step++, count++) {
                int at = first + step - 1;
                double error = kind instanceof Observations.Continuous
                        ? continuousError(predicted, at, episode, step)
                        : frameError(predicted, at, ((Observations.Frames) episode.observations()).pixels(), step);
                sum += error * weight(e, step);
            }
            first += episode.steps();
        }
        return sum / count; // NaN where no episode has a second step, as in the reference
    }

    private double continuousError(Tensor predicted, int row, Episode episode, int step) {
        Tensor values = ((Observations.Continuous) episode.observations()).values();
        int numbers = values.dimension(1);
        int width = config.maxContinuousSize();
        double sum = 0;
        for (int i = 0; i < width; i++) {
            int of = i % (numbers + 1);
            float target = of == numbers ? episode.rewards()[step] : values.data()[step * numbers + of];
            double error = (double) predicted.data()[row * width + i] - target;
            sum += error * error;
        }
        return sum / width;
    }

    private static double frameError(Tensor predicted, int row, Tensor pixels, int step) {
        int size = pixels.size() / pixels.dimension(0);
        double sum = 0;
        for (int i = 0; i < size; i++) {
            double error = (double) predicted.data()[row * size + i] - pixels.data()[step * size + i];
            sum += error * error;
        }
        return sum / size;
    }

    private double continuousActions(Tensor predicted) {
        int width = config.maxContinuousSize();
        double sum = 0;
        int row = 0;
        for (int e = 0; e < episodes.size(); e++) {
            Tensor values = ((Actions.Continuous) episodes.get(e).actions()).values();
            int numbers = values.dimension(1);
            for (int step = 0; step < values.dimension(0); step++, row++) {
                double squares = 0;
                for (int i = 0; i < width; i++) {
                    double error =
                            (double) predicted.data()[row * width + i] - values.data()[step * numbers + i % numbers];
                    squares += error * error;
                }
                sum += squares / width * weight(e, step);
            }
        }
        return sum / row;
    }

    /** The mean is multiplied by the mean weight: so it is in the reference, and not a weighted mean. */
    private double discreteActions(Tensor logits) {
        double sum = 0;
        double weightSum = 0;
        int row = 0;
        for (int e = 0; e < episodes.size(); e++) {
            int[] indices = ((Actions.Discrete) episodes.get(e).actions()).indices();
            for (int step = 0; step < indices.length; step++, row++) {
                sum += crossEntropy(logits, row, indices[step]);
                weightSum += weight(e, step);
            }
        }
        return sum / row * (weightSum / row);
    }

    /** Of texts: every token but the first is predicted at the one before it. */
    static Optional<Float> ofTexts(PhotoTexts texts, int[] starts, Tensor logits) {
        double sum = 0;
        long count = 0;
        boolean any = false;
        for (int text = 0; text < texts.texts(); text++) {
            int[] ids = texts.inputIds()[text];
            any |= ids.length > 0;
            int first = starts[text + 1] - ids.length;
            for (int token = 1; token < ids.length; token++, count++) {
                sum += crossEntropy(logits, first + token - 1, ids[token]);
            }
        }
        return any ? Optional.of((float) (sum / count)) : Optional.empty();
    }

    private static double crossEntropy(Tensor logits, int row, int target) {
        int width = logits.dimension(1);
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < width; i++) {
            greatest = Math.max(greatest, logits.data()[row * width + i]);
        }
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += Math.exp(logits.data()[row * width + i] - greatest);
        }
        return Math.log(sum) + greatest - logits.data()[row * width + target];
    }
}

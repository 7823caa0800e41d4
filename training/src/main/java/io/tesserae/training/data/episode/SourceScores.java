package io.tesserae.training.data.episode;

import io.tesserae.training.network.Network;
import io.tesserae.training.network.Network.OfEpisodes.Scores;
import io.tesserae.training.tape.Tape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How good a network is with each of several sources. */
public final class SourceScores {

    private SourceScores() {}

    /**
     * Evaluates source by source.
     *
     * @param contextSteps the most steps of a window; windows follow each other
     * @return {@code loss}, the mean of all sources' by their shares, each times its loss weight; then {@code loss_NAME} of each, and {@code
     *     accuracy_NAME} where actions are discrete
     */
    public static Map<String, Double> of(
            Tape.Setting setting,
            Network.OfEpisodes network,
            List<TrainingSource> sources,
            int contextSteps,
            int batchSize) {
        Map<String, Double> each = new LinkedHashMap<>();
        double total = 0;
        double shares = 0;
        for (TrainingSource source : sources) {
            List<SourceMix.Example> examples = SourceMix.all(source, contextSteps);
            double loss = 0;
            int right = 0;
            int actions = 0;
            for (int from = 0; from < examples.size(); from += batchSize) {
                int to = Math.min(examples.size(), from + batchSize);
                LearnedBatch batch = LearnedBatch.of(examples.subList(from, to), new float[] {1f}, network);
                try (Tape tape = Tape.evaluating(setting)) {
                    Scores scores = batch.scores(tape, network);
                    loss += (to - from)
                            * (double) batch.loss(tape, scores).value().data()[0];
                    LearnedBatch.Right counted = batch.rightActions(scores);
                    right += counted.right();
                    actions += counted.of();
                }
            }
            double mean = loss / examples.size();
            each.put("loss_" + source.name(), mean);
            if (actions > 0) {
                each.put("accuracy_" + source.name(), (double) right / actions);
            }
            total += source.share() * source.lossWeight() * mean;
            shares += source.share();
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", total / shares);
        metrics.putAll(each);
        return metrics;
    }
}

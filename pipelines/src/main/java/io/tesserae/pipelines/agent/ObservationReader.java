package io.tesserae.pipelines.agent;

import io.tesserae.loaders.episode.EpisodeProcessor;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Prepares what an agent sees for its model.
 *
 * @param discreteWidth how many whole numbers the model takes: an environment's, and those of its text
 */
record ObservationReader(EpisodeProcessor processor, int discreteWidth) {

    /**
     * One step.
     *
     * @param where begins a message
     * @throws IllegalArgumentException if a text is too long, or there is none where the model takes one
     */
    Observations read(String where, Observation observation) {
        return switch (observation) {
            case Observation.Continuous(float[] values) ->
                new Observations.Continuous(Tensor.of(values, 1, values.length));
            case Observation.Discrete(int[] values, Optional<String> text) ->
                new Observations.Discrete(List.of(
                        text.map(words -> withText(where, values, words)).orElse(values)));
            case Observation.Frames(byte[] pixels, int height, int width, int channels) ->
                new Observations.Frames(EpisodeProcessor.frames(pixels, height, width, channels));
        };
    }

    private int[] withText(String where, int[] values, String text) {
        int[] all = processor.withText(values, text);
        int tokens = all.length - values.length;
        if (tokens > EpisodeProcessor.TEXT_TOKENS) {
            throw new IllegalArgumentException(
                    where + "expected a text of at most " + EpisodeProcessor.TEXT_TOKENS + " tokens, found " + tokens);
        }
        if (all.length != discreteWidth) {
            throw new IllegalArgumentException(where + "expected "
                    + Math.max(0, discreteWidth - EpisodeProcessor.TEXT_TOKENS)
                    + " whole numbers beside the text, since"
                    + " the model takes " + discreteWidth + " (max_discrete_value in config.json), and the text is "
                    + EpisodeProcessor.TEXT_TOKENS + " of them; found " + values.length);
        }
        return all;
    }
}

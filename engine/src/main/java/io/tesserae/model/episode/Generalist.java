package io.tesserae.model.episode;

import io.tesserae.model.DecoderState;
import io.tesserae.model.EncoderConfig;
import io.tesserae.model.GenerationTokens;
import io.tesserae.model.Model;
import io.tesserae.model.OutputOptions;
import java.util.List;
import java.util.OptionalInt;

/**
 * One set of weights for words, pictures and actions: Reed et al., "A Generalist Agent", arXiv 2205.06175; Gallouédec et al., "Jack of All
 * Trades, Master of Some", arXiv 2402.09844. Immutable and thread-safe.
 */
public interface Generalist extends Model {

    /**
     * Reads whole episodes: transformers-style {@code JatModel.forward} on control data.
     *
     * @param episodes of one kind of observations and one of actions
     * @param lossWeights {@code [episodes][steps]}, by which the losses of steps are multiplied; none for all 1
     * @throws IllegalArgumentException if the model does not take such episodes, or one is longer than there are positions for
     */
    EpisodeOutput forward(List<Episode> episodes, float[][] lossWeights, OutputOptions options);

    /**
     * Reads texts, each perhaps with a photo before it.
     *
     * @throws IllegalArgumentException if an id is outside the vocabulary, a photo is not of the model's size, or text and photo are longer
     *     than there are positions for
     */
    PhotoTextOutput forward(PhotoTexts texts, OutputOptions options);

    /**
     * Episodes that have not begun.
     *
     * @param actors how many
     * @param contextTokens how many tokens at most are kept of an episode before its next step, two a step; empty: as many as there are
     *     positions for
     */
    ActingState newActors(int actors, OptionalInt contextTokens);

    /**
     * Looks at photos: a sequence for each, to be continued token by token; or empty sequences, where there are no photos.
     *
     * @param texts whose tokens are not read yet
     */
    DecoderState newState(PhotoTexts texts);

    /** What it takes and gives. */
    GeneralistShape shape();

    /** The tokens that its configuration says generation begins, ends and pads with. */
    GenerationTokens tokens();

    /** The numbers that describe it. */
    EncoderConfig config();
}

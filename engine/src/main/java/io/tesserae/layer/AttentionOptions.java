package io.tesserae.layer;

import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.kernel.Sight;

/**
 * What else attention is asked: which keys a query sees, what is added to the scores, who wants the probabilities, and whether queries
 * and keys are turned by their positions.
 *
 * @param sight which keys a query sees
 * @param bias what is added to the scores
 * @param maps receive the probabilities
 * @param rotation turns queries and keys before they meet
 */
public record AttentionOptions(Sight sight, ScoreBias bias, AttentionMaps maps, Rotation rotation) {

    /** Everything is seen, nothing is added, nobody wants the probabilities. */
    public static final AttentionOptions NONE =
            new AttentionOptions(Sight.EVERYTHING, ScoreBias.NONE, AttentionMaps.NONE);

    /** A decoder's: each token sees itself and what comes before it, nothing is added, nobody wants the probabilities. */
    public static final AttentionOptions CAUSAL =
            new AttentionOptions(Sight.CAUSAL, ScoreBias.NONE, AttentionMaps.NONE);

    /** Nothing is turned. */
    public AttentionOptions(Sight sight, ScoreBias bias, AttentionMaps maps) {
        this(sight, bias, maps, Rotation.NONE);
    }

    /** Some keys are seen, nothing is added, nobody wants the probabilities. */
    public static AttentionOptions seeing(Sight sight) {
        return new AttentionOptions(sight, ScoreBias.NONE, AttentionMaps.NONE);
    }

    /** Everything is seen, a bias is added, nobody wants the probabilities. */
    public static AttentionOptions biased(ScoreBias bias) {
        return new AttentionOptions(Sight.EVERYTHING, bias, AttentionMaps.NONE);
    }

    /** The same question, whose probabilities somebody wants. */
    public AttentionOptions withMaps(AttentionMaps wanted) {
        return new AttentionOptions(sight, bias, wanted, rotation);
    }

    /** Everything is seen, nothing is added. */
    public static AttentionOptions recording(AttentionMaps maps) {
        return maps.areWanted() ? new AttentionOptions(Sight.EVERYTHING, ScoreBias.NONE, maps) : NONE;
    }
}

package io.tesserae.pipelines.text;

import io.tesserae.pipelines.schedule.Rows;
import java.util.List;

/** How the labels of tokens become labels of words and of names: transformers' {@code aggregation_strategy}. */
public enum AggregationStrategy {
    /** Every token by itself. */
    NONE,
    /** Neighbours of one label are one entity, also where it begins or ends inside a word. */
    SIMPLE,
    /** As {@link #SIMPLE}, of whole words: a word has the label of its first piece. */
    FIRST {
        @Override
        float[] wordScores(List<float[]> pieces) {
            return pieces.getFirst();
        }
    },
    /** As {@link #SIMPLE}, of whole words: a word has the label that its pieces find likeliest on average. */
    AVERAGE {
        @Override
        float[] wordScores(List<float[]> pieces) {
            float[] average = new float[pieces.getFirst().length];
            for (int label = 0; label < average.length; label++) {
                float sum = 0;
                for (float[] scores : pieces) {
                    sum += scores[label];
                }
                average[label] = sum / pieces.size();
            }
            return average;
        }
    },
    /** As {@link #SIMPLE}, of whole words: a word has the label of the piece that is surest of its own. */
    MAX {
        @Override
        float[] wordScores(List<float[]> pieces) {
            float[] surest = pieces.getFirst();
            for (float[] scores : pieces) {
                if (scores[Rows.argmax(scores)] > surest[Rows.argmax(surest)]) {
                    surest = scores;
                }
            }
            return surest;
        }
    };

    /** Whether pieces of a word are joined before labels are compared. */
    boolean joinsWords() {
        return this != NONE && this != SIMPLE;
    }

    /**
     * The scores of a word, one for each label, from those of its pieces.
     *
     * @throws IllegalStateException if this strategy leaves words in pieces
     */
    float[] wordScores(List<float[]> pieces) {
        throw new IllegalStateException(this + " leaves words in pieces");
    }
}

package io.tesserae.pipelines.sentence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A text among others, and how well it fits.
 *
 * @param index its place among the texts that were ranked, from 0
 * @param text the text itself
 * @param score how well it fits: the higher, the better
 */
public record RankedText(int index, String text, float score) {

    /** Best first; equal scores in the order of the texts. */
    public static final Comparator<RankedText> BEST_FIRST =
            Comparator.comparing(RankedText::score, Comparator.reverseOrder()).thenComparingInt(RankedText::index);

    /** The texts with the highest scores, best first. */
    static List<RankedText> best(List<String> texts, float[] scores, int topK) {
        List<RankedText> ranked = new ArrayList<>();
        for (int index = 0; index < scores.length; index++) {
            ranked.add(new RankedText(index, texts.get(index), scores[index]));
        }
        return ranked.stream().sorted(BEST_FIRST).limit(topK).toList();
    }
}

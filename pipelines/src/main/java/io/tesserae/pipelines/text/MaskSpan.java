package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import io.tesserae.tokenizer.Span;
import java.util.List;

/**
 * The best filling of neighbouring masks: at each of them the likeliest token, all made into one text. The model scores the masks all at
 * once, each without knowing what the others are filled with, so this is also the likeliest filling of the span as a whole.
 *
 * @param text the tokens made into a text; bytes that are no UTF-8 are U+FFFD
 * @param score the geometric mean of the tokens' probabilities, that is, e to the power of the mean of their logarithms: so long and short
 *     spans compare, and that of one mask is its {@link MaskFilling#score}
 * @param tokens the ids, one for each mask
 * @param start where the masks, or what was hidden by them, begin in the text that was asked about, in chars, as {@link
 *     String#substring} counts
 * @param end where they end, likewise: the char after the last
 * @param codePoints the same place counted in code points, as Python does
 */
public record MaskSpan(String text, float score, List<Integer> tokens, int start, int end, Span codePoints) {

    /** Keeps its own list. */
    public MaskSpan {
        Arguments.require(text, "text");
        tokens = List.copyOf(Arguments.requireAll(tokens, "tokens"));
        Arguments.require(codePoints, "codePoints");
    }
}

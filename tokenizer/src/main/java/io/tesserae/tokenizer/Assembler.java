package io.tesserae.tokenizer;

import io.tesserae.tokenizer.piece.TokenSequence;
import java.util.ArrayList;
import java.util.List;

/**
 * The last stage: truncates the tokens of one text, or two, and puts the special tokens around.
 *
 * @param bare the template without its special tokens
 * @param trimming whether the whitespace at a token's ends is counted to its place in the text
 */
record Assembler(
        AddedVocabulary vocabulary,
        Template template,
        Template bare,
        int modelMaxLength,
        Side truncationSide,
        OffsetTrimming trimming) {

    /**
     * The encoding of one text, or two.
     *
     * @param second null where there is none
     * @throws IllegalArgumentException if the texts cannot be truncated as asked
     */
    Encoding assemble(TokenSequence first, TokenSequence second, EncodingOptions options) {
        boolean isPair = second != null;
        Template used = options.addSpecialTokens() ? template : bare;
        List<Template.Piece> pieces = isPair ? used.pair() : used.single();
        Truncation.Lengths kept = Truncation.lengths(
                first.size(),
                isPair ? second.size() : Truncation.ABSENT,
                room(used, isPair, options),
                options.truncation());
        List<Truncation.Window> firstWindows = windows(first, kept.first(), options);
        List<Truncation.Window> secondWindows =
                isPair ? windows(second, kept.second(), options) : List.of(Truncation.Window.NONE);

        List<Encoding> overflow = new ArrayList<>();
        for (Truncation.Window further : firstWindows.subList(1, firstWindows.size())) {
            for (Truncation.Window any : secondWindows) {
                overflow.add(builder(pieces, further, any).build());
            }
        }
        for (Truncation.Window further : secondWindows.subList(1, secondWindows.size())) {
            overflow.add(builder(pieces, firstWindows.getFirst(), further).build());
        }
        EncodingBuilder main = builder(pieces, firstWindows.getFirst(), secondWindows.getFirst());
        main.truncatedTokens = first.size() - kept.first() + (isPair ? second.size() - kept.second() : 0);
        main.overflow = List.copyOf(overflow);
        return main.build();
    }

    private EncodingBuilder builder(List<Template.Piece> pieces, Truncation.Window first, Truncation.Window second) {
        return EncodingBuilder.of(vocabulary, trimming, pieces, first, second);
    }

    private List<Truncation.Window> windows(TokenSequence tokens, int keep, EncodingOptions options) {
        return Truncation.windows(tokens, keep, options.stride(), truncationSide, options.returnOverflow());
    }

    /** How many tokens of the texts there is room for. */
    private int room(Template used, boolean isPair, EncodingOptions options) {
        if (options.truncation() == TruncationStrategy.DO_NOT_TRUNCATE) {
            return Integer.MAX_VALUE;
        }
        int limit = options.maxLength().orElse(modelMaxLength);
        int specialTokens = used.specialTokens(isPair);
        if (limit < specialTokens) {
            // The reference computes in unsigned numbers and takes this for a limit that is never reached.
            throw new IllegalArgumentException("a maximum length of " + limit + " leaves no room for the "
                    + specialTokens + " special tokens; allow at least " + specialTokens);
        }
        return limit - specialTokens;
    }
}

package io.tesserae.tokenizer;

import io.tesserae.tokenizer.piece.TokenSequence;
import java.util.ArrayList;
import java.util.List;

/**
 * The last stage: truncates the tokens of one text, or two, and puts the special tokens around.
 *
 * @param backend whose rules truncation follows
 * @param trimming whether the whitespace at a token's ends is counted to its place in the text
 */
record Assembler(
        AddedVocabulary vocabulary,
        Backend backend,
        Templates templates,
        int modelMaxLength,
        Side truncationSide,
        OffsetTrimming trimming) {

    /**
     * How texts are put together.
     *
     * @param full with special tokens
     * @param bare without
     */
    record Templates(Template full, Template bare) {}

    /**
     * The encoding of one text, or two.
     *
     * @param second null where there is none
     * @throws IllegalArgumentException if the texts cannot be truncated as asked
     */
    Encoding assemble(TokenSequence first, TokenSequence second, EncodingOptions options) {
        Template used = options.addSpecialTokens() ? templates.full() : templates.bare();
        Truncation.Lengths kept = lengths(first, second, used, options);
        boolean isPair = kept.second() != Truncation.ABSENT;
        List<Template.Piece> pieces = isPair ? used.pair() : used.single();
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

    private Truncation.Lengths lengths(
            TokenSequence first, TokenSequence second, Template used, EncodingOptions options) {
        boolean isPair = second != null;
        int secondSize = isPair ? second.size() : Truncation.ABSENT;
        return switch (backend) {
            case TOKENIZERS ->
                Truncation.lengths(first.size(), secondSize, room(used, isPair, options), options.truncation());
            case PYTHON ->
                new Truncation.OfPython(used, options.maxLength().orElse(modelMaxLength), truncationSide)
                        .lengths(first.size(), secondSize, options.truncation());
        };
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

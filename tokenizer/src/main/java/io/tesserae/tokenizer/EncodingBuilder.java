package io.tesserae.tokenizer;

import io.tesserae.tokenizer.piece.TokenSequence;
import java.util.Arrays;
import java.util.List;

/** Puts one encoding together from windows of the texts and special tokens. */
final class EncodingBuilder {

    final int[] inputIds;
    final String[] tokens;
    final int[] tokenTypeIds;
    final int[] attentionMask;
    final int[] wordIds;
    final int[] sequenceIds;
    final int[] starts;
    final int[] ends;
    final int[] codePointStarts;
    final int[] codePointEnds;
    int truncatedTokens;
    List<Encoding> overflow = List.of();

    /**
     * Everything zero yet.
     *
     * @param surrogates whether a text has surrogates; otherwise its chars are its code points, and share an array
     */
    EncodingBuilder(int size, boolean surrogates) {
        this.inputIds = new int[size];
        this.tokens = new String[size];
        this.tokenTypeIds = new int[size];
        this.attentionMask = new int[size];
        this.wordIds = new int[size];
        this.sequenceIds = new int[size];
        this.starts = new int[size];
        this.ends = new int[size];
        this.codePointStarts = surrogates ? new int[size] : starts;
        this.codePointEnds = surrogates ? new int[size] : ends;
    }

    /** Puts windows into a template. */
    static EncodingBuilder of(
            AddedVocabulary vocabulary,
            OffsetTrimming trimming,
            List<Template.Piece> template,
            Truncation.Window first,
            Truncation.Window second) {
        int size = size(template, first, second);
        boolean surrogates = first.tokens().hasSurrogates() || second.tokens().hasSurrogates();
        EncodingBuilder builder = new EncodingBuilder(size, surrogates);
        int place = 0;
        Truncation.Window text = Truncation.Window.NONE; // the last
        for (Template.Piece piece : template) {
            switch (piece) {
                case Template.Special(int id, int typeId) ->
                    builder.special(place++, id, vocabulary.token(id), typeId, 1);
                case Template.End(int id, int typeId) -> {
                    if (!endsWith(text, id)) {
                        builder.special(place++, id, vocabulary.token(id), typeId, 1);
                    }
                }
                case Template.Sequence(boolean isSecond, int typeId) -> {
                    text = isSecond ? second : first;
                    builder.sequence(place, text, vocabulary, isSecond ? 1 : 0, typeId);
                    builder.trim(place, text, trimming);
                    place += text.size();
                }
            }
        }
        return builder;
    }

    private static int size(List<Template.Piece> template, Truncation.Window first, Truncation.Window second) {
        int size = 0;
        Truncation.Window text = Truncation.Window.NONE; // the last
        for (Template.Piece piece : template) {
            switch (piece) {
                case Template.Special _ -> size++;
                case Template.End(int id, int _) -> size += endsWith(text, id) ? 0 : 1;
                case Template.Sequence sequence -> {
                    text = sequence.second() ? second : first;
                    size += text.size();
                }
            }
        }
        return size;
    }

    private static boolean endsWith(Truncation.Window text, int id) {
        return text.size() > 0 && text.tokens().id(text.to() - 1) == id;
    }

    void special(int place, int id, String token, int typeId, int attention) {
        inputIds[place] = id;
        tokens[place] = token;
        tokenTypeIds[place] = typeId;
        attentionMask[place] = attention;
        wordIds[place] = Encoding.NONE;
        sequenceIds[place] = Encoding.NONE;
    }

    private void sequence(int place, Truncation.Window window, AddedVocabulary vocabulary, int sequenceId, int typeId) {
        TokenSequence source = window.tokens();
        int end = place + window.size();
        source.copy(window.from(), window.to(), place, inputIds, wordIds, starts, ends);
        if (codePointStarts != starts) {
            source.copyCodePoints(window.from(), window.to(), place, codePointStarts, codePointEnds);
        }
        for (int i = place; i < end; i++) {
            tokens[i] = vocabulary.token(inputIds[i]);
        }
        if (source.hasSurfaces()) {
            for (int i = 0; i < window.size(); i++) {
                String surface = source.surface(window.from() + i);
                tokens[place + i] = surface == null ? tokens[place + i] : surface;
            }
        }
        Arrays.fill(tokenTypeIds, place, end, typeId);
        Arrays.fill(attentionMask, place, end, 1);
        Arrays.fill(sequenceIds, place, end, sequenceId);
    }

    /** The rule counts in code points, so the places in chars follow. */
    private void trim(int place, Truncation.Window window, OffsetTrimming trimming) {
        if (trimming == OffsetTrimming.NONE) {
            return;
        }
        for (int i = place; i < place + window.size(); i++) {
            int start = codePointStarts[i];
            int end = codePointEnds[i];
            trimming.trim(tokens[i], i == place, i, codePointStarts, codePointEnds);
            if (codePointStarts != starts) {
                int token = window.from() + i - place;
                starts[i] = window.tokens().moved(token, starts[i], codePointStarts[i] - start);
                ends[i] = window.tokens().moved(token, ends[i], codePointEnds[i] - end);
            }
        }
    }

    Encoding build() {
        return new Encoding(this);
    }
}

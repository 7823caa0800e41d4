package io.tesserae.tokenizer;

import io.tesserae.tokenizer.piece.PieceModel;
import io.tesserae.tokenizer.piece.TokenSequence;
import io.tesserae.tokenizer.text.NormalizedText;
import io.tesserae.tokenizer.text.NormalizerStep;
import io.tesserae.tokenizer.text.TokenFinder;
import io.tesserae.tokenizer.text.WordSplitter;

/**
 * From a text to its tokens, the stages in order:
 *
 * <ol>
 *   <li>{@link TokenFinder} takes out the added tokens that stand in the raw text, {@code [SEP]} and the like;
 *   <li>a {@link NormalizerStep} normalizes each piece between them;
 *   <li>{@link TokenFinder} takes out the added tokens that stand in the normalized text;
 *   <li>a {@link WordSplitter} cuts what remains into words;
 *   <li>the {@link PieceModel} cuts each word into tokens.
 * </ol>
 *
 * <p>Truncation and the special tokens around a text come after; see {@link Tokenizer}.
 */
record Pipeline(
        AddedVocabulary vocabulary,
        boolean marksBeginning,
        TokenFinder rawFinder,
        NormalizerStep normalizer,
        TokenFinder normalizedFinder,
        WordSplitter wordSplitter,
        PieceModel model) {

    /** The tokens of a text, each with the number of its word. */
    TokenSequence tokenize(String text) {
        TokenSequence tokens = new TokenSequence(text.length() / 4); // some four chars a token
        new Pass(text, tokens, 0, 1).run();
        return tokens;
    }

    /** Appends the tokens of one word of a text that was cut into words beforehand. Offsets are within the word. */
    void tokenizeWord(String word, int number, TokenSequence tokens) {
        new Pass(word, tokens, number, 0).run();
    }

    /** One text on its way through the stages: its scratch memory, and how far it has come. */
    private final class Pass {

        private final char[] source;
        private final NormalizedText normalized;
        private final PieceModel.Cutter cutter = model.newCutter();
        private final TokenSequence tokens;
        private final int wordStep; // 1 to count words, 0 where the whole text is one
        private int word;

        Pass(String text, TokenSequence tokens, int word, int wordStep) {
            this.source = marksBeginning ? PieceModel.marked(text) : text.toCharArray();
            this.normalized = new NormalizedText(source.length);
            this.tokens = tokens;
            this.word = word;
            this.wordStep = wordStep;
        }

        void run() {
            int first = tokens.size();
            rawFinder.split(source, 0, source.length, new TokenFinder.Pieces() {
                @Override
                public void text(int from, int to) {
                    normalizer.normalize(source, from, to, normalized);
                    takeNormalized();
                }

                @Override
                public void token(int id, int from, int to) {
                    takeAddedToken(id, new String(source, from, to - from), from, to);
                }
            });
            tokens.place(source, first, marksBeginning);
        }

        private void takeNormalized() {
            if (normalizedFinder.isEmpty()) {
                takeWords(0, normalized.length());
                return;
            }
            normalizedFinder.split(normalized.characters(), 0, normalized.length(), new TokenFinder.Pieces() {
                @Override
                public void text(int from, int to) {
                    takeWords(from, to);
                }

                @Override
                public void token(int id, int from, int to) {
                    takeAddedToken(id, normalized.substring(from, to), normalized.start(from), normalized.end(to - 1));
                }
            });
        }

        private void takeWords(int from, int to) {
            wordSplitter.split(normalized, from, to, (text, start, end) -> {
                cutter.cut(text, start, end, word, tokens);
                word += wordStep;
            });
        }

        private void takeAddedToken(int id, String surface, int start, int end) {
            if (surface.equals(vocabulary.token(id))) {
                tokens.add(id, word, start, end);
            } else {
                tokens.addWithSurface(id, surface, word, start, end);
            }
            word += wordStep;
        }
    }
}

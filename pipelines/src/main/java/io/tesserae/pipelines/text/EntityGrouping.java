package io.tesserae.pipelines.text;

import io.tesserae.loaders.label.Labels;
import io.tesserae.pipelines.schedule.Rows;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * Makes entities of tokens: pieces into words where the strategy says so, then neighbours of one label into one entity.
 *
 * <p>Source: {@code transformers/pipelines/token_classification.py} at 5.18, whose answers these are, oddities included.
 *
 * @param tokenizer makes texts of tokens
 * @param labels by their ids, with {@code B-} and {@code I-}
 * @param strategy what is joined
 */
record EntityGrouping(Tokenizer tokenizer, Labels labels, AggregationStrategy strategy) {

    /**
     * A token of the text, or a word of several.
     *
     * @param word its text
     * @param scores a probability for each label
     * @param index its place in the sequence
     * @param chars its place in the text
     * @param codePoints the same in code points
     * @param goesOn whether it continues the word before it
     */
    private record Piece(String word, float[] scores, int index, Span chars, Span codePoints, boolean goesOn) {
        int label() {
            return Rows.argmax(scores);
        }

        float score() {
            return scores[label()];
        }
    }

    /**
     * The entities of one window of a text, also those to be ignored.
     *
     * @param scores for every token of the window, a probability for each label
     */
    List<Entity> entities(String text, Encoding window, List<float[]> scores) {
        List<Piece> pieces = pieces(text, window, scores);
        return switch (strategy) {
            case NONE -> pieces.stream().map(this::token).toList();
            case SIMPLE -> groups(pieces);
            case FIRST, AVERAGE, MAX -> groups(words(pieces));
        };
    }

    // --- Tokens ---

    /** The tokens that are of the text; a {@code [SEP]} that was typed there is. */
    private List<Piece> pieces(String text, Encoding window, List<float[]> scores) {
        int[] ids = window.inputIds();
        int[] special = window.specialTokensMask();
        List<Piece> pieces = new ArrayList<>(ids.length);
        for (int token = 0; token < ids.length; token++) {
            if (special[token] == 0) {
                Span chars = window.utf16Offsets().get(token);
                Span codePoints = window.offsets().get(token);
                boolean unknown = tokenizer.specialTokens().unk() != null && ids[token] == tokenizer.unkTokenId();
                String word = unknown ? text.substring(chars.start(), chars.end()) : tokenizer.idToToken(ids[token]);
                boolean goesOn = !unknown && goesOn(text, word, chars, codePoints);
                pieces.add(new Piece(word, scores.get(token), token, chars, codePoints, goesOn));
            }
        }
        return pieces;
    }

    /**
     * Whether a token continues a word: that it is longer than its place in the text gives the {@code ##} away. So does an
     * accent that was dropped, which is an error of the reference's; but its answer.
     */
    private boolean goesOn(String text, String token, Span chars, Span codePoints) {
        if (tokenizer.segmentation().continuingSubwordPrefix().isEmpty()) {
            boolean afterSpace = chars.start() > 0 && text.charAt(chars.start() - 1) == ' ';
            boolean isSpace = chars.start() < text.length() && text.charAt(chars.start()) == ' ';
            return chars.start() > 0 && !afterSpace && !isSpace;
        }
        return token.codePointCount(0, token.length()) != codePoints.end() - codePoints.start();
    }

    private Entity token(Piece piece) {
        return new Entity(
                labels.label(piece.label()),
                piece.score(),
                OptionalInt.of(piece.index()),
                piece.word(),
                piece.chars().start(),
                piece.chars().end(),
                piece.codePoints());
    }

    // --- Words ---

    private List<Piece> words(List<Piece> pieces) {
        List<Piece> words = new ArrayList<>();
        for (int first = 0; first < pieces.size(); ) {
            int end = first + 1;
            while (end < pieces.size() && pieces.get(end).goesOn()) {
                end++;
            }
            words.add(word(pieces.subList(first, end)));
            first = end;
        }
        return words;
    }

    private Piece word(List<Piece> pieces) {
        return new Piece(
                textOf(pieces),
                strategy.wordScores(pieces.stream().map(Piece::scores).toList()),
                pieces.getFirst().index(),
                chars(pieces),
                codePoints(pieces),
                false);
    }

    // --- Entities ---

    private List<Entity> groups(List<Piece> words) {
        List<Entity> groups = new ArrayList<>();
        for (int first = 0; first < words.size(); ) {
            int end = first + 1;
            while (end < words.size() && continues(words.get(end - 1), words.get(end))) {
                end++;
            }
            groups.add(group(words.subList(first, end)));
            first = end;
        }
        return groups;
    }

    /** Whether the second is of the same kind as the first, and does not begin another of it: {@code B-}. */
    private boolean continues(Piece first, Piece second) {
        String label = labels.label(second.label());
        return !label.startsWith("B-") && kind(label).equals(kind(labels.label(first.label())));
    }

    private static String kind(String label) {
        return label.startsWith("B-") || label.startsWith("I-") ? label.substring(2) : label;
    }

    private Entity group(List<Piece> words) {
        String label = labels.label(words.getFirst().label());
        float sum = 0;
        for (Piece word : words) {
            sum += word.score();
        }
        // What stands after the first hyphen, also of a label that is in no such format: "X" of "AUX-X".
        return new Entity(
                label.substring(label.indexOf('-') + 1),
                sum / words.size(),
                OptionalInt.empty(),
                textOf(words),
                chars(words).start(),
                chars(words).end(),
                codePoints(words));
    }

    private String textOf(List<Piece> pieces) {
        return tokenizer.tokensToText(pieces.stream().map(Piece::word).toList());
    }

    private static Span chars(List<Piece> pieces) {
        return new Span(
                pieces.getFirst().chars().start(), pieces.getLast().chars().end());
    }

    private static Span codePoints(List<Piece> pieces) {
        return new Span(
                pieces.getFirst().codePoints().start(),
                pieces.getLast().codePoints().end());
    }

    // --- Windows ---

    /** Of entities of windows that overlap: in the order of the text, of two that overlap the longer, or else the surer. */
    static List<Entity> withoutOverlaps(List<Entity> entities) {
        List<Entity> kept = new ArrayList<>();
        List<Entity> sorted = entities.stream()
                .sorted(Comparator.comparingInt(entity -> entity.codePoints().start()))
                .toList();
        for (Entity entity : sorted) {
            if (kept.isEmpty()
                    || entity.codePoints().start()
                            >= kept.getLast().codePoints().end()) {
                kept.add(entity);
            } else if (isBetter(entity, kept.getLast())) {
                kept.set(kept.size() - 1, entity);
            }
        }
        return kept;
    }

    private static boolean isBetter(Entity one, Entity other) {
        int length = one.codePoints().end() - one.codePoints().start();
        int otherLength = other.codePoints().end() - other.codePoints().start();
        return length > otherLength || length == otherLength && one.score() > other.score();
    }
}

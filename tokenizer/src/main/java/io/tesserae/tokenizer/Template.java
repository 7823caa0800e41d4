package io.tesserae.tokenizer;

import java.util.ArrayList;
import java.util.List;

/**
 * How special tokens stand around one text, and around two: BERT's is {@code [CLS] A [SEP]} and
 * {@code [CLS] A [SEP] B [SEP]}.
 *
 * @param single the pieces around one text; {@link Sequence} with {@code second} false stands for it
 * @param pair the pieces around two texts
 */
public record Template(List<Piece> single, List<Piece> pair) {

    /** A part of a template. */
    public sealed interface Piece {
        /** The token type that the part's tokens get. */
        int typeId();
    }

    /** The place of a text: the first, or the second. */
    public record Sequence(boolean second, int typeId) implements Piece {}

    /** A special token. */
    public record Special(int id, int typeId) implements Piece {}

    /** A special token behind a text, unless that ends with it already. */
    public record End(int id, int typeId) implements Piece {}

    /** A template without the ids of its tokens. */
    @FunctionalInterface
    public interface Form {
        /**
         * The template with these tokens.
         *
         * @param classificationId the id of the token that begins an input
         * @param separatorId the id of the one that ends a text
         */
        Template around(int classificationId, int separatorId);
    }

    public Template {
        single = List.copyOf(Arguments.requireAll(single, "single"));
        pair = List.copyOf(Arguments.requireAll(pair, "pair"));
        for (Piece piece : single) {
            if (piece instanceof Sequence(boolean second, int ignored) && second) {
                throw new IllegalArgumentException("the template for one text has a place for a second");
            }
        }
    }

    /** BERT's template, in which the second text and the separator after it have the type 1. */
    public static Template bert(int classificationId, int separatorId) {
        Piece begin = new Special(classificationId, 0);
        Piece separator = new Special(separatorId, 0);
        Piece first = new Sequence(false, 0);
        return new Template(
                List.of(begin, first, separator),
                List.of(begin, first, separator, new Sequence(true, 1), new Special(separatorId, 1)));
    }

    /** RoBERTa's, and MPNet's: {@code <s> A </s>} and {@code <s> A </s></s> B </s>}, with the type 0 everywhere. */
    public static Template roberta(int classificationId, int separatorId) {
        Piece begin = new Special(classificationId, 0);
        Piece separator = new Special(separatorId, 0);
        Piece first = new Sequence(false, 0);
        return new Template(
                List.of(begin, first, separator),
                List.of(begin, first, separator, separator, new Sequence(true, 0), separator));
    }

    /** The texts alone, the second one's tokens with the type 1. */
    public static Template none() {
        Piece first = new Sequence(false, 0);
        return new Template(List.of(first), List.of(first, new Sequence(true, 1)));
    }

    /** This template without its special tokens; the token types stay. */
    Template withoutSpecialTokens() {
        return new Template(sequencesOf(single), sequencesOf(pair));
    }

    /** This template's texts alone, all with the type 0. */
    Template withoutSpecialTokensOrTypes() {
        Piece first = new Sequence(false, 0);
        return new Template(List.of(first), List.of(first, new Sequence(true, 0)));
    }

    private static List<Piece> sequencesOf(List<Piece> pieces) {
        List<Piece> sequences = new ArrayList<>();
        for (Piece piece : pieces) {
            if (piece instanceof Sequence) {
                sequences.add(piece);
            }
        }
        return sequences;
    }

    /** How many tokens the template adds to one text, or to two. */
    int specialTokens(boolean isPair) {
        int count = 0;
        for (Piece piece : isPair ? pair : single) {
            count += piece instanceof Sequence ? 0 : 1;
        }
        return count;
    }
}

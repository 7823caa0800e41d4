package io.tesserae.tokenizer;

import io.tesserae.tokenizer.canonical.CanonicalText;
import io.tesserae.tokenizer.piece.BytePair;
import io.tesserae.tokenizer.piece.Bytes;
import io.tesserae.tokenizer.piece.MergeTable;
import io.tesserae.tokenizer.piece.PieceModel;
import io.tesserae.tokenizer.piece.SentencePieceUnigram;
import io.tesserae.tokenizer.piece.Unigram;
import io.tesserae.tokenizer.piece.WordPiece;
import io.tesserae.tokenizer.text.NormalizerStep;
import io.tesserae.tokenizer.text.PrecompiledMap;
import io.tesserae.tokenizer.text.Prepend;
import io.tesserae.tokenizer.text.Replace;
import io.tesserae.tokenizer.text.SpaceReplacement;
import io.tesserae.tokenizer.text.UnicodeForm;
import io.tesserae.tokenizer.text.WordSplitter;
import java.util.List;
import java.util.OptionalInt;

/** From what a tokenizer's settings say to what does it: one place for each kind of stage. */
final class Stages {

    private static final int[] NO_IDS = {};

    private static final int MOST_SHOWN = 60; // chars of a token in a message

    private Stages() {}

    static NormalizerStep normalizer(Normalization normalization) {
        return switch (normalization) {
            case Normalization.Bert(boolean cleanText, boolean chineseChars, boolean stripAccents, boolean lowercase) ->
                NormalizerStep.bert(cleanText, chineseChars, stripAccents, lowercase);
            case Normalization.Lowercase() -> NormalizerStep.bert(false, false, false, true);
            case Normalization.Nfd() -> new NormalizerStep.Decomposition();
            case Normalization.Nfc() -> new UnicodeForm(false, true);
            case Normalization.Nfkd() -> new UnicodeForm(true, false);
            case Normalization.Nfkc() -> new UnicodeForm(true, true);
            case Normalization.Precompiled precompiled -> PrecompiledMap.of(precompiled.map());
            case Normalization.ReplaceSpaces(Normalization.Spaces pattern, String content) ->
                new SpaceReplacement(SpaceReplacement.Pattern.valueOf(pattern.name()), content);
            case Normalization.Siglip siglip ->
                new CanonicalText(
                        siglip.lowercase(),
                        siglip.before(),
                        siglip.beginsWithMark(),
                        siglip.map().map(map -> PrecompiledMap.of(map.map())));
            case Normalization.StripAccents() -> new NormalizerStep.StripMarks();
            case Normalization.Strip(boolean left, boolean right) -> new NormalizerStep.Strip(left, right);
            case Normalization.Prepend(String prepend) -> new Prepend(prepend);
            case Normalization.Replace(String pattern, String content) -> new Replace(pattern, content);
            case Normalization.Sequence(List<Normalization> steps) ->
                switch (steps.size()) {
                    case 0 -> NormalizerStep.bert(false, false, false, false);
                    case 1 -> normalizer(steps.getFirst());
                    default ->
                        new NormalizerStep.Chain(
                                steps.stream().map(Stages::normalizer).toList());
                };
        };
    }

    /** Whether lowering the case is one of the steps. */
    static boolean lowersCase(Normalization normalization) {
        return switch (normalization) {
            case Normalization.Bert bert -> bert.lowercase();
            case Normalization.Lowercase _ -> true;
            case Normalization.Siglip siglip -> siglip.lowercase();
            case Normalization.Sequence sequence -> sequence.steps().contains(new Normalization.Lowercase());
            case Normalization.Nfd _, Normalization.StripAccents _, Normalization.Strip _ -> false;
            case Normalization.Prepend _, Normalization.Replace _, Normalization.ReplaceSpaces _ -> false;
            case Normalization.Nfc _, Normalization.Nfkd _, Normalization.Nfkc _ -> false;
            case Normalization.Precompiled _ -> false;
        };
    }

    /** Whether a mark is put before each text, and marks in it are spaces. */
    static boolean marksBeginning(Normalization normalization) {
        return switch (normalization) {
            case Normalization.Siglip _ -> true;
            case Normalization.Sequence sequence -> sequence.steps().stream().anyMatch(Stages::marksBeginning);
            default -> false;
        };
    }

    static WordSplitter splitter(PreTokenization preTokenization) {
        return switch (preTokenization) {
            case PreTokenization.Bert() -> WordSplitter.bert();
            case PreTokenization.Whitespace() -> WordSplitter.whitespace();
            case PreTokenization.WhitespaceSplit() -> WordSplitter.whitespaceSplit();
            case PreTokenization.Punctuation() -> WordSplitter.punctuation();
            case PreTokenization.Digits(boolean individualDigits) -> WordSplitter.digits(individualDigits);
            case PreTokenization.Gpt2() -> WordSplitter.gpt2();
            case PreTokenization.Cl100k(int mostDigits) -> WordSplitter.cl100k(mostDigits);
            case PreTokenization.Clip(boolean marks) -> WordSplitter.clip(marks);
            case PreTokenization.Metaspace(
                    int replacement,
                    PreTokenization.Metaspace.PrependScheme scheme,
                    boolean split) -> WordSplitter.metaspace(replacement, prepends(scheme), split);
            case PreTokenization.ByteLevel(boolean addPrefixSpace, boolean cutsWords) ->
                WordSplitter.byteLevel(addPrefixSpace, cutsWords);
            case PreTokenization.Sequence(List<PreTokenization> steps) ->
                WordSplitter.inSequence(steps.stream().map(Stages::splitter).toList());
        };
    }

    private static WordSplitter.MetaspacePrepends prepends(PreTokenization.Metaspace.PrependScheme scheme) {
        return switch (scheme) {
            case ALWAYS -> WordSplitter.MetaspacePrepends.ALWAYS;
            case FIRST -> WordSplitter.MetaspacePrepends.FIRST;
            case NEVER -> WordSplitter.MetaspacePrepends.NEVER;
        };
    }

    /**
     * The model over a vocabulary.
     *
     * @throws IllegalArgumentException if the vocabulary lacks what it needs
     */
    static PieceModel model(
            Segmentation segmentation, Vocabulary vocabulary, SpecialTokens specialTokens, NormalizerStep normalizer) {
        return switch (segmentation) {
            case Segmentation.WordPiece(String unknown, String prefix, int maxInputCharsPerWord) ->
                WordPiece.of(
                        vocabulary.tokensById(),
                        prefix,
                        idOf(unknown == null ? specialTokens.unk() : unknown, vocabulary),
                        maxInputCharsPerWord);
            case Segmentation.BytePair bytePair ->
                BytePair.of(
                        vocabulary.tokensById(),
                        mergeTable(bytePair.merges(), vocabulary),
                        new BytePair.Unknown(
                                idOf(bytePair.unknownToken(), vocabulary),
                                bytePair.fuseUnknown(),
                                bytePair.byteFallback() ? fallbackIds(vocabulary) : NO_IDS),
                        bytePair.ignoreMerges(),
                        bytePair.endOfWordSuffix());
            case Segmentation.Unigram unigram -> unigram(unigram, vocabulary);
            case Segmentation.SentencePiece(double[] scores, String unknown) -> {
                requireScores(scores.length, vocabulary);
                yield SentencePieceUnigram.of(
                        vocabulary.tokensById(),
                        scores,
                        idOf(unknown, vocabulary).orElseThrow(),
                        normalizer);
            }
            case Segmentation.Bytes() -> new Bytes(byteIds(vocabulary));
        };
    }

    private static PieceModel unigram(Segmentation.Unigram unigram, Vocabulary vocabulary) {
        double[] scores = unigram.scores();
        requireScores(scores.length, vocabulary);
        return Unigram.of(
                vocabulary.tokensById(),
                scores,
                idOf(unigram.unknownToken(), vocabulary),
                unigram.byteFallback() ? fallbackIds(vocabulary) : NO_IDS);
    }

    private static void requireScores(int scores, Vocabulary vocabulary) {
        int ids = vocabulary.tokensById().length;
        if (scores != ids || vocabulary.size() != ids) {
            throw new IllegalArgumentException("there are " + scores + " scores for " + vocabulary.size()
                    + " tokens with ids below " + ids + ": expected a score for each token, and no id without one");
        }
    }

    /** The ids of {@code <0x00>} to {@code <0xFF>}, -1 where the vocabulary lacks one. */
    private static int[] fallbackIds(Vocabulary vocabulary) {
        int[] ids = new int[256];
        for (int value = 0; value < ids.length; value++) {
            ids[value] = vocabulary.id(String.format("<0x%02X>", value)).orElse(-1);
        }
        return ids;
    }

    private static int[] byteIds(Vocabulary vocabulary) {
        int[] ids = new int[256];
        for (int value = 0; value < ids.length; value++) {
            int missing = value;
            ids[value] = vocabulary
                    .id(String.valueOf((char) value))
                    .orElseThrow(() -> new IllegalArgumentException("the vocabulary lacks a token for the byte "
                            + missing + ": expected the character U+" + String.format("%04X", missing)));
        }
        return ids;
    }

    /**
     * Bytes from 128 on are no text by themselves: a token that looks like one would be taken for it when a text is decoded.
     *
     * @throws IllegalArgumentException if an added token looks so
     */
    static void requireNoBytes(Segmentation segmentation, Iterable<AddedToken> added) {
        if (!(segmentation instanceof Segmentation.Bytes)) {
            return;
        }
        for (AddedToken token : added) {
            char first = token.content().charAt(0);
            if (token.content().length() == 1 && first >= 0x80 && first <= 0xFF) {
                throw new IllegalArgumentException("the added token \"" + first + "\" is what the byte " + (int) first
                        + " is called in this vocabulary; expected another text, or more than one character");
            }
        }
    }

    private static MergeTable mergeTable(List<Segmentation.Merge> merges, Vocabulary vocabulary) {
        int[] lefts = new int[merges.size()];
        int[] rights = new int[merges.size()];
        int[] merged = new int[merges.size()];
        for (int rank = 0; rank < merges.size(); rank++) {
            Segmentation.Merge merge = merges.get(rank);
            lefts[rank] = idOf(merge.left(), merge, rank, vocabulary);
            rights[rank] = idOf(merge.right(), merge, rank, vocabulary);
            merged[rank] = idOf(merge.left() + merge.right(), merge, rank, vocabulary);
        }
        return new MergeTable(lefts, rights, merged);
    }

    private static int idOf(String token, Segmentation.Merge merge, int rank, Vocabulary vocabulary) {
        return vocabulary
                .id(token)
                .orElseThrow(() -> new IllegalArgumentException("merge " + rank + " (counted from 0) is of \""
                        + shortened(merge.left()) + "\" and \"" + shortened(merge.right())
                        + "\": expected both, and what they become, in the vocabulary, which lacks \""
                        + shortened(token) + "\""));
    }

    /** For a message. */
    private static String shortened(String token) {
        return token.length() > MOST_SHOWN ? token.substring(0, MOST_SHOWN) + "..." : token;
    }

    private static OptionalInt idOf(String unknown, Vocabulary vocabulary) {
        if (unknown == null) {
            return OptionalInt.empty();
        }
        OptionalInt id = vocabulary.id(unknown);
        if (id.isEmpty()) {
            throw new IllegalArgumentException("the vocabulary lacks the unknown token \"" + unknown + "\"");
        }
        return id;
    }
}

package io.tesserae.loaders.tokenizer;

import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.Backend;
import io.tesserae.tokenizer.Decoding;
import io.tesserae.tokenizer.Normalization;
import io.tesserae.tokenizer.PreTokenization;
import io.tesserae.tokenizer.Segmentation;
import io.tesserae.tokenizer.SpecialTokens;
import io.tesserae.tokenizer.Template;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TokenizerBuilder;
import io.tesserae.tokenizer.Vocabulary;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The stages of transformers' {@code SiglipTokenizer}: small letters, no punctuation marks, one space between words, and then the pieces of
 * SentencePiece, cut as its own library does it. A text has a mark before it, and what stands behind a special token has none.
 *
 * <p>Source: {@code transformers/models/siglip/tokenization_siglip.py}, version 5.18.
 */
final class SiglipStages {

    static final String CLASS = "SiglipTokenizer";

    private SiglipStages() {}

    /**
     * A tokenizer of these pieces, its added tokens not yet among it.
     *
     * @param where the file's name, for messages
     */
    static TokenizerBuilder builder(
            SentencePieceModel model, String where, SpecialTokenFiles special, boolean lowercase) {
        SpecialTokens roles = special.roles();
        requireUsual(model);
        List<SentencePieceModel.Piece> pieces = model.pieces();
        List<String> texts = pieces.stream().map(SentencePieceModel.Piece::text).toList();
        double[] scores = pieces.stream()
                .mapToDouble(piece -> piece.isNormal() ? piece.score() : Double.NaN)
                .toArray();
        Vocabulary vocabulary = new ScoredPieces(texts, scores, model.map(), List.of()).vocabulary(where);
        Template.Piece end = new Template.End(id(vocabulary, roles.eos(), "eos_token"), 0);
        Template.Piece first = new Template.Sequence(false, 0);
        id(vocabulary, roles.unk(), "unk_token");
        return Tokenizer.builder(vocabulary)
                .backend(Backend.PYTHON)
                .segmentation(new Segmentation.SentencePiece(scores, roles.unk()))
                .normalization(new Normalization.Siglip(
                        lowercase,
                        roles.unk(),
                        !model.unusual().containsKey(SentencePieceModel.ADDS_MARK),
                        model.map().map(Normalization.Precompiled::new)))
                .preTokenization(new PreTokenization.Sequence(List.of()))
                .decoding(decoding(pieces, special))
                .template(new Template(List.of(first, end), List.of(first, end, new Template.Sequence(true, 0), end)));
    }

    private static Decoding decoding(List<SentencePieceModel.Piece> pieces, SpecialTokenFiles special) {
        Set<String> silent = new HashSet<>();
        for (SentencePieceModel.Piece piece : pieces) {
            if (piece.isControl()) {
                silent.add(piece.text());
            }
        }
        Set<String> asTheyAre = special.addedTokens().stream()
                .filter(AddedToken::special)
                .map(AddedToken::content)
                .collect(Collectors.toSet());
        return new Decoding.SentencePiece(asTheyAre, silent);
    }

    /** What no published file of the class has. */
    private static void requireUsual(SentencePieceModel model) {
        for (Map.Entry<String, Boolean> setting : model.unusual().entrySet()) {
            if (!setting.getKey().equals(SentencePieceModel.ADDS_MARK)) {
                throw new IllegalArgumentException(setting.getKey() + ": expected " + !setting.getValue()
                        + ", which the class " + CLASS + " is read with, found " + setting.getValue());
            }
        }
        for (SentencePieceModel.Piece piece : model.pieces()) {
            if (piece.isUserDefined()) {
                throw new IllegalArgumentException(
                        "the piece \"" + piece.text()
                                + "\" is user-defined, found in texts whatever the scores: the class " + CLASS
                                + " is read without such pieces; add it to added_tokens_decoder of tokenizer_config.json instead");
            }
        }
    }

    private static int id(Vocabulary vocabulary, String token, String role) {
        if (token == null) {
            throw new IllegalArgumentException(role + ": expected a token, found none");
        }
        return vocabulary
                .id(token)
                .orElseThrow(() -> new IllegalArgumentException(
                        role + ": expected a token of the vocabulary, found \"" + token + "\", which it lacks"));
    }
}

package io.tesserae.loaders.tokenizer;

import io.tesserae.tokenizer.Decoding;
import io.tesserae.tokenizer.Normalization;
import io.tesserae.tokenizer.PreTokenization;
import io.tesserae.tokenizer.Segmentation;
import io.tesserae.tokenizer.SpecialTokens;
import io.tesserae.tokenizer.Template;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TokenizerBuilder;
import io.tesserae.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.List;

/**
 * The stages of transformers' {@code SiglipTokenizer}: small letters, no punctuation marks, one space between words, and then the pieces
 * of SentencePiece. A text's first word has a mark before it. Whitespace before that word is dropped here; the reference keeps it, and has a second
 * mark. What stands around a special token within a text may be cut otherwise, too.
 */
final class SiglipStages {

    static final String CLASS = "SiglipTokenizer";

    private static final String MARK = "\u2581";

    /** Python's {@code string.punctuation}. */
    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    private SiglipStages() {}

    /**
     * A tokenizer of these pieces, its added tokens not yet among it.
     *
     * @param where the file's name, for messages
     */
    static TokenizerBuilder builder(SentencePieceModel model, String where, SpecialTokens roles, boolean lowercase) {
        List<SentencePieceModel.Piece> pieces = model.pieces();
        double[] scores =
                pieces.stream().mapToDouble(SentencePieceModel.Piece::score).toArray();
        List<String> texts = pieces.stream().map(SentencePieceModel.Piece::text).toList();
        Vocabulary vocabulary = new ScoredPieces(texts, scores, model.map(), List.of()).vocabulary(where);
        Template.Piece end = new Template.Special(id(vocabulary, roles.eos(), "eos_token"), 0);
        Template.Piece first = new Template.Sequence(false, 0);
        return Tokenizer.builder(vocabulary)
                .segmentation(new Segmentation.Unigram(scores, roles.unk(), false))
                .normalization(normalization(model, lowercase))
                .preTokenization(new PreTokenization.Metaspace(
                        MARK.codePointAt(0), PreTokenization.Metaspace.PrependScheme.FIRST, true))
                .decoding(new Decoding.Metaspace(MARK.codePointAt(0), true))
                .template(new Template(List.of(first, end), List.of(first, end, new Template.Sequence(true, 0), end)));
    }

    private static Normalization normalization(SentencePieceModel model, boolean lowercase) {
        List<Normalization> steps = new ArrayList<>();
        steps.add(new Normalization.Replace(MARK, " "));
        if (lowercase) {
            steps.add(new Normalization.Lowercase());
        }
        for (char mark : PUNCTUATION.toCharArray()) {
            steps.add(new Normalization.Replace(String.valueOf(mark), ""));
        }
        steps.add(new Normalization.ReplaceSpaces(Normalization.Spaces.ANY, " "));
        steps.add(new Normalization.Strip(true, true));
        model.map().ifPresent(map -> steps.add(new Normalization.Precompiled(map)));
        steps.add(new Normalization.ReplaceSpaces(Normalization.Spaces.PLAIN_RUN, " "));
        return new Normalization.Sequence(steps);
    }

    private static int id(Vocabulary vocabulary, String token, String role) {
        if (token == null) {
            throw new IllegalArgumentException(role + ": expected a token, which ends texts, found none");
        }
        return vocabulary
                .id(token)
                .orElseThrow(() -> new IllegalArgumentException(
                        role + ": expected a token of the vocabulary, found \"" + token + "\", which it lacks"));
    }
}

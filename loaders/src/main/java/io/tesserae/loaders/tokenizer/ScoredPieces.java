package io.tesserae.loaders.tokenizer;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.Decoding;
import io.tesserae.tokenizer.Normalization;
import io.tesserae.tokenizer.PreTokenization;
import io.tesserae.tokenizer.Segmentation;
import io.tesserae.tokenizer.SpecialTokens;
import io.tesserae.tokenizer.Template;
import io.tesserae.tokenizer.TokenizerBuilder;
import io.tesserae.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pieces and scores of a vocabulary of SentencePiece, and what the classes of transformers that have one make of it: version 5 builds
 * every stage anew, whatever else a checkpoint's files say.
 *
 * <p>Source: {@code convert_slow_tokenizer.py} and {@code tokenization_*.py} of XLM-RoBERTa, CamemBERT, ALBERT and DeBERTa-v2, version
 * 5.18.
 *
 * @param pieces by id
 * @param scores by id
 * @param map the normalizer's; empty where there is none
 * @param added pieces that are found in texts as they are written
 */
record ScoredPieces(List<String> pieces, double[] scores, Optional<byte[]> map, List<AddedToken> added) {

    static final String XLM_ROBERTA = "XLMRobertaTokenizer";
    static final String CAMEMBERT = "CamembertTokenizer";
    static final String ALBERT = "AlbertTokenizer";
    static final String DEBERTA = "DebertaV2Tokenizer";

    private static final int MARK = 0x2581;

    /** Pieces of the file that XLM-RoBERTa's own four take the place of, and CamemBERT's own five. */
    private static final int REPLACED_BY_XLM_ROBERTA = 3;

    private static final int REPLACED_BY_CAMEMBERT = 1;

    /** What the class has in its vocabulary besides the file's pieces, and where. */
    static ScoredPieces of(String className, SentencePieceModel model, SpecialTokens tokens) {
        List<String> pieces = new ArrayList<>();
        List<Double> scores = new ArrayList<>();
        int first = 0;
        switch (className) {
            case XLM_ROBERTA -> {
                pieces.addAll(List.of(tokens.bos(), tokens.pad(), tokens.eos(), tokens.unk()));
                scores.addAll(List.of(0.0, 0.0, 0.0, 0.0));
                first = REPLACED_BY_XLM_ROBERTA;
            }
            case CAMEMBERT -> {
                pieces.addAll(List.of("<s>NOTUSED", tokens.pad(), "</s>NOTUSED", tokens.unk(), "<unk>NOTUSED"));
                scores.addAll(List.of(0.0, 0.0, 0.0, 0.0, -100.0));
                first = REPLACED_BY_CAMEMBERT;
            }
            default -> {}
        }
        boolean hasMask = first > 0;
        for (SentencePieceModel.Piece piece : model.pieces()
                .subList(Math.min(first, model.pieces().size()), model.pieces().size())) {
            pieces.add(piece.text());
            scores.add(piece.score());
        }
        if (hasMask) {
            pieces.add(tokens.mask());
            scores.add(0.0);
        }
        List<AddedToken> added = model.pieces().stream()
                .filter(piece -> piece.isControl() || piece.isUserDefined())
                .filter(piece -> !piece.text().isEmpty())
                .map(piece -> new AddedToken(piece.text(), false, false, false, false, piece.isControl()))
                .toList();
        return new ScoredPieces(
                pieces, scores.stream().mapToDouble(Double::doubleValue).toArray(), model.map(), added);
    }

    /**
     * The vocabulary.
     *
     * @throws ModelLoadingException if a piece is there twice
     */
    Vocabulary vocabulary(String where) {
        Set<String> known = new HashSet<>();
        for (int id = 0; id < pieces.size(); id++) {
            if (!known.add(pieces.get(id))) {
                throw new ModelLoadingException(where + ": the piece \"" + pieces.get(id) + "\" is there twice, at "
                        + pieces.indexOf(pieces.get(id)) + " and at " + id + ", ids as the tokenizer has them");
            }
        }
        return Vocabulary.of(pieces);
    }

    /** Gives a tokenizer over this vocabulary every stage of its class. */
    void build(TokenizerBuilder builder, String className, JsonObjectReader config, SpecialTokens tokens) {
        boolean addsPrefixSpace = config.bool("add_prefix_space", true);
        PreTokenization.Metaspace.PrependScheme without = className.equals(DEBERTA)
                ? PreTokenization.Metaspace.PrependScheme.FIRST
                : PreTokenization.Metaspace.PrependScheme.NEVER;
        PreTokenization.Metaspace.PrependScheme scheme =
                addsPrefixSpace ? PreTokenization.Metaspace.PrependScheme.ALWAYS : without;
        PreTokenization metaspace = new PreTokenization.Metaspace(MARK, scheme, true);
        List<PreTokenization> cuts = new ArrayList<>();
        if (!className.equals(DEBERTA)) {
            cuts.add(new PreTokenization.WhitespaceSplit());
        } else if (config.bool("split_by_punct", false)) {
            cuts.add(new PreTokenization.Punctuation());
        }
        cuts.add(metaspace);
        builder.segmentation(new Segmentation.Unigram(scores, unknown(className, tokens), false))
                .normalization(normalization(className, config))
                .preTokenization(new PreTokenization.Sequence(cuts))
                .decoding(new Decoding.Metaspace(MARK, scheme != PreTokenization.Metaspace.PrependScheme.NEVER));
    }

    /** The token for what cannot be spelt is known by its place, not by its name. */
    private String unknown(String className, SpecialTokens tokens) {
        int named = tokens.unk() == null ? -1 : pieces.indexOf(tokens.unk());
        int place = switch (className) {
            case XLM_ROBERTA -> 3;
            case ALBERT -> 1;
            case CAMEMBERT -> Math.max(named, 0);
            default -> named >= 0 && scores[named] == 0 ? named : 1;
        };
        if (place >= pieces.size()) {
            throw new IllegalArgumentException(
                    "expected more than " + place + " pieces, of which the one with this id stands for" + " what "
                            + className + " cannot spell, found " + pieces.size());
        }
        return pieces.get(place);
    }

    private Normalization normalization(String className, JsonObjectReader config) {
        List<Normalization> steps = new ArrayList<>();
        if (className.equals(DEBERTA)) {
            if (config.bool("do_lower_case", false)) {
                steps.add(new Normalization.Lowercase());
            }
            steps.add(new Normalization.ReplaceSpaces(Normalization.Spaces.RUN_OR_BREAK, " "));
            steps.add(new Normalization.Nfc());
            steps.add(new Normalization.Strip(false, true));
            return new Normalization.Sequence(steps);
        }
        if (className.equals(ALBERT)) {
            steps.add(new Normalization.Replace("``", "\""));
            steps.add(new Normalization.Replace("''", "\""));
            if (!config.bool("keep_accents", false)) {
                steps.add(new Normalization.Nfkd());
                steps.add(new Normalization.StripAccents());
            }
            if (config.bool("do_lower_case", true)) {
                steps.add(new Normalization.Lowercase());
            }
        }
        map.ifPresent(bytes -> steps.add(new Normalization.Precompiled(bytes)));
        return new Normalization.Sequence(steps);
    }

    /** How special tokens stand around texts: BERT's way, or RoBERTa's. */
    static Template template(String className, SpecialTokens tokens, Vocabulary vocabulary) {
        return switch (className) {
            case ALBERT -> Template.bert(idOf("[CLS]", vocabulary), idOf("[SEP]", vocabulary));
            case DEBERTA -> Template.bert(idOf(tokens.cls(), vocabulary), idOf(tokens.sep(), vocabulary));
            default -> Template.roberta(idOf(tokens.bos(), vocabulary), idOf(tokens.eos(), vocabulary));
        };
    }

    private static int idOf(String token, Vocabulary vocabulary) {
        if (token == null) {
            throw new IllegalArgumentException("a token that stands around texts is null, expected one");
        }
        return vocabulary
                .id(token)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the vocabulary lacks the token \"" + token + "\", which stands around texts"));
    }
}

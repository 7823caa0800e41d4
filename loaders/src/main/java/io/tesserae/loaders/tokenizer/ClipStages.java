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
import java.util.List;

/** The stages of transformers' {@code CLIPTokenizer}, which are the class's own whatever its files say. */
final class ClipStages {

    private static final String SUFFIX = "</w>";

    private ClipStages() {}

    /** The merges of a tokenizer.json, whose model has to be BPE. */
    static List<Segmentation.Merge> merges(TokenizerJson json) {
        if (json.segmentation() instanceof Segmentation.BytePair bytePair) {
            return bytePair.merges();
        }
        throw new IllegalArgumentException("model.type: expected BPE, which CLIPTokenizer has, found "
                + json.segmentation().name());
    }

    /** A tokenizer of this vocabulary, its added tokens not yet among it. */
    static TokenizerBuilder builder(Vocabulary vocabulary, List<Segmentation.Merge> merges, SpecialTokens roles) {
        return Tokenizer.builder(vocabulary)
                .segmentation(new Segmentation.BytePair(merges, roles.unk(), false, false, false, SUFFIX))
                .normalization(new Normalization.Sequence(List.of(
                        new Normalization.Nfc(),
                        new Normalization.ReplaceSpaces(Normalization.Spaces.ANY, " "),
                        new Normalization.Lowercase())))
                .preTokenization(new PreTokenization.Sequence(
                        List.of(new PreTokenization.Clip(true), new PreTokenization.ByteLevel(false, true))))
                .decoding(new Decoding.Sequence(List.of(
                        new Decoding.ByteLevel(),
                        new Decoding.Replace(SUFFIX, " "),
                        new Decoding.Strip(' ', Integer.MAX_VALUE, Integer.MAX_VALUE))))
                .trimOffsets(false)
                .template(Template.roberta(
                        id(vocabulary, roles.bos(), "bos_token"), id(vocabulary, roles.eos(), "eos_token")));
    }

    private static int id(Vocabulary vocabulary, String token, String role) {
        if (token == null) {
            throw new IllegalArgumentException(
                    role + ": expected a token, which CLIPTokenizer puts around texts, found none");
        }
        return vocabulary
                .id(token)
                .orElseThrow(() -> new IllegalArgumentException(
                        role + ": expected a token of the vocabulary, found \"" + token + "\", which it lacks"));
    }
}

package io.tesserae.loaders.tokenizer;

import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.Side;
import io.tesserae.tokenizer.Template;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a tokenizer class of transformers has by itself, where a checkpoint's files are silent: a row of the table {@link #ALL}.
 * Those of the kind {@link Kind#WORD_PIECE} take from {@code tokenizer.json} the vocabulary and the added tokens, and are BERT's in all
 * that is not said; those of the kinds {@link Kind#BYTE_LEVEL}, {@link Kind#BYTE_FALLBACK} and {@link Kind#SENTENCE_PIECE} take all of it, those of the kind {@link Kind#WORD_ENDS} the vocabulary, the merges and the added tokens, and those of the kind {@link
 * Kind#BYTES} need no such file.
 *
 * <p>Source: {@code transformers/models/*}{@code /tokenization_*.py}, version 5.18.
 *
 * @param name as {@code tokenizer_class} has it, without {@code Fast}
 * @param kind which files it reads, and how it cuts words
 * @param specialTokens by their roles
 * @param template how cls and sep stand around texts; empty for the kind's own: BERT's, which does without one of them if need
 *     be, and none at all for byte-level vocabularies
 * @param trimsOffsets whether the whitespace at a token's ends is not counted to its place in the text
 * @param returnsTokenTypeIds whether the model gets token types where {@code model_input_names} is silent
 */
record TokenizerClass(
        String name,
        Kind kind,
        Map<String, AddedToken> specialTokens,
        Optional<Template.Form> template,
        boolean trimsOffsets,
        boolean returnsTokenTypeIds) {

    /** How the words are cut, and with it what is read. */
    enum Kind {
        /** BERT's: {@code vocab.txt}, or the vocabulary in {@code tokenizer.json}. */
        WORD_PIECE,
        /** GPT-2's: {@code tokenizer.json} by the letter, or {@code vocab.json} and {@code merges.txt}. */
        BYTE_LEVEL,
        /** CLIP's: vocabulary and merges of {@code tokenizer.json}, or {@code vocab.json} and {@code merges.txt}. */
        WORD_ENDS,
        /** LLaMA's: {@code tokenizer.json} by the letter, unless the class's own way is asked for. */
        BYTE_FALLBACK,
        /** XLM-RoBERTa's: {@code tokenizer.json} by the letter, unless the class's own way is asked for, or a model of SentencePiece. */
        SENTENCE_PIECE,
        /** SigLIP's: a model of SentencePiece, whatever {@code tokenizer.json} says. */
        WITHOUT_PUNCTUATION,
        /** Perceiver's: no vocabulary at all. */
        BYTES
    }

    static final TokenizerClass BERT = bert("BertTokenizer");

    private static final List<TokenizerClass> ALL = List.of(
            BERT,
            bert("DistilBertTokenizer").withoutTokenTypeIds(),
            bert("ConvBertTokenizer"),
            bert("ElectraTokenizer"),
            bert("MobileBertTokenizer"),
            bert("SqueezeBertTokenizer"),
            new TokenizerClass(
                    "MPNetTokenizer",
                    Kind.WORD_PIECE,
                    tokens("bos <s>", "eos </s>", "unk [UNK]", "sep </s>", "pad <pad>", "cls <s>", "mask \t<mask>"),
                    Optional.of(Template::roberta),
                    true,
                    false),
            new TokenizerClass(
                    "GPT2Tokenizer",
                    Kind.BYTE_LEVEL,
                    tokens("unk <|endoftext|>", "bos <|endoftext|>", "eos <|endoftext|>"),
                    Optional.empty(),
                    false,
                    false),
            new TokenizerClass(
                    "RobertaTokenizer",
                    Kind.BYTE_LEVEL,
                    tokens("bos <s>", "eos </s>", "sep </s>", "cls <s>", "unk <unk>", "pad <pad>", "mask <mask>"),
                    Optional.of(Template::roberta),
                    true,
                    false),
            new TokenizerClass(
                    "CLIPTokenizer",
                    Kind.WORD_ENDS,
                    tokens("unk <|endoftext|>", "bos <|startoftext|>", "eos <|endoftext|>", "pad <|endoftext|>"),
                    Optional.empty(),
                    false,
                    false),
            new TokenizerClass(
                    "LlamaTokenizer",
                    Kind.BYTE_FALLBACK,
                    tokens("unk <unk>", "bos <s>", "eos </s>"),
                    Optional.empty(),
                    false,
                    false),
            new TokenizerClass(
                    ScoredPieces.XLM_ROBERTA,
                    Kind.SENTENCE_PIECE,
                    tokens("bos <s>", "eos </s>", "sep </s>", "cls <s>", "unk <unk>", "pad <pad>", "mask <mask>"),
                    Optional.empty(),
                    false,
                    false),
            new TokenizerClass(
                    ScoredPieces.CAMEMBERT,
                    Kind.SENTENCE_PIECE,
                    tokens("bos <s>", "eos </s>", "sep </s>", "cls <s>", "unk <unk>", "pad <pad>", "mask \t<mask>"),
                    Optional.empty(),
                    false,
                    false),
            new TokenizerClass(
                    ScoredPieces.ALBERT,
                    Kind.SENTENCE_PIECE,
                    tokens("bos [CLS]", "eos [SEP]", "unk <unk>", "sep [SEP]", "pad <pad>", "cls [CLS]", "mask [MASK]"),
                    Optional.empty(),
                    false,
                    false),
            new TokenizerClass(
                    ScoredPieces.DEBERTA,
                    Kind.SENTENCE_PIECE,
                    tokens("bos [CLS]", "eos [SEP]", "unk [UNK]", "sep [SEP]", "pad [PAD]", "cls [CLS]", "mask [MASK]"),
                    Optional.empty(),
                    false,
                    true),
            new TokenizerClass(
                    SiglipStages.CLASS,
                    Kind.WITHOUT_PUNCTUATION,
                    tokens("eos \t</s>\t", "unk \t<unk>\t", "pad \t</s>\t"),
                    Optional.empty(),
                    false,
                    false),
            new TokenizerClass(
                    "PerceiverTokenizer",
                    Kind.BYTES,
                    tokens("pad [PAD]", "bos [BOS]", "eos [EOS]", "mask [MASK]", "cls [CLS]", "sep [SEP]"),
                    Optional.of(Template::bert),
                    false,
                    false));

    private static TokenizerClass bert(String name) {
        Map<String, AddedToken> tokens = tokens("unk [UNK]", "sep [SEP]", "pad [PAD]", "cls [CLS]", "mask [MASK]");
        return new TokenizerClass(name, Kind.WORD_PIECE, tokens, Optional.empty(), false, true);
    }

    private TokenizerClass withoutTokenTypeIds() {
        return new TokenizerClass(name, kind, specialTokens, template, trimsOffsets, false);
    }

    /** Tokens by their roles; one with a tab before it, or behind it, swallows the whitespace there. */
    private static Map<String, AddedToken> tokens(String... rolesAndContents) {
        Map<String, AddedToken> tokens = new LinkedHashMap<>();
        for (String item : rolesAndContents) {
            int space = item.indexOf(' ');
            String content = item.substring(space + 1);
            tokens.put(
                    item.substring(0, space) + "_token",
                    new AddedToken(
                            content.strip(), false, content.startsWith("\t"), content.endsWith("\t"), false, true));
        }
        return tokens;
    }

    /** The end at which encodings are padded where the files are silent. */
    Side paddingSide() {
        return kind == Kind.BYTE_FALLBACK ? Side.LEFT : Side.RIGHT;
    }

    /** The file that a model of SentencePiece is in, for the classes that have one. */
    Optional<String> sentencePieceFile() {
        return switch (name) {
            case ScoredPieces.XLM_ROBERTA, ScoredPieces.CAMEMBERT -> Optional.of("sentencepiece.bpe.model");
            case ScoredPieces.ALBERT, SiglipStages.CLASS -> Optional.of("spiece.model");
            case ScoredPieces.DEBERTA -> Optional.of("spm.model");
            default -> Optional.empty();
        };
    }

    /** The class of this name, also with {@code Fast} at its end. */
    static Optional<TokenizerClass> named(String name) {
        String plain = name.endsWith("Fast") ? name.substring(0, name.length() - "Fast".length()) : name;
        return ALL.stream().filter(row -> row.name.equals(plain)).findFirst();
    }

    /** All names, for messages. */
    static String names() {
        return String.join(
                ", ", new TreeSet<>(ALL.stream().map(TokenizerClass::name).toList()));
    }

    /** A special token that a file gives as a text alone: found as the class's own of that role is. */
    AddedToken written(String role, String content) {
        AddedToken own = specialTokens.get(role);
        return own == null
                ? AddedToken.special(content)
                : new AddedToken(content, false, own.leftStrip(), own.rightStrip(), false, true);
    }
}

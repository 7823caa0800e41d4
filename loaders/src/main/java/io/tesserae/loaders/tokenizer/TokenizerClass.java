package io.tesserae.loaders.tokenizer;

import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.Template;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a tokenizer class of transformers has by itself, where a checkpoint's files are silent: a row of the table {@link #ALL}.
 * The classes here take from {@code tokenizer.json} the vocabulary and the added tokens, and are BERT's in all that is not said.
 *
 * <p>Source: {@code transformers/models/*}{@code /tokenization_*.py}, version 5.18.
 *
 * @param name as {@code tokenizer_class} has it, without {@code Fast}
 * @param specialTokens by their roles
 * @param template how cls and sep stand around texts; empty for BERT's way, which does without one of them if need be
 * @param trimsOffsets whether the whitespace at a token's ends is not counted to its place in the text
 * @param returnsTokenTypeIds whether the model gets token types where {@code model_input_names} is silent
 */
record TokenizerClass(
        String name,
        Map<String, AddedToken> specialTokens,
        Optional<Template.Form> template,
        boolean trimsOffsets,
        boolean returnsTokenTypeIds) {

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
                    tokens("bos <s>", "eos </s>", "unk [UNK]", "sep </s>", "pad <pad>", "cls <s>", "mask \t<mask>"),
                    Optional.of(Template::roberta),
                    true,
                    false));

    private static TokenizerClass bert(String name) {
        Map<String, AddedToken> tokens = tokens("unk [UNK]", "sep [SEP]", "pad [PAD]", "cls [CLS]", "mask [MASK]");
        return new TokenizerClass(name, tokens, Optional.empty(), false, true);
    }

    private TokenizerClass withoutTokenTypeIds() {
        return new TokenizerClass(name, specialTokens, template, trimsOffsets, false);
    }

    /** Tokens by their roles; one with a tab before it swallows the whitespace there. */
    private static Map<String, AddedToken> tokens(String... rolesAndContents) {
        Map<String, AddedToken> tokens = new LinkedHashMap<>();
        for (String item : rolesAndContents) {
            int space = item.indexOf(' ');
            String content = item.substring(space + 1);
            tokens.put(
                    item.substring(0, space) + "_token",
                    new AddedToken(content.strip(), false, content.startsWith("\t"), false, false, true));
        }
        return tokens;
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

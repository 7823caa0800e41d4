package io.tesserae.tokenizer;

import io.tesserae.tokenizer.text.NormalizerStep;
import java.util.ArrayList;
import java.util.List;

/** Puts a {@link Tokenizer} together, stage by stage. Every setting has as its default what BERT's uncased tokenizer has. */
public final class TokenizerBuilder {

    /** What the reference puts around a text where there is no cls, or no sep token: their ids in a vocabulary of its own. */
    private static final int ID_WITHOUT_CLS = 2;

    private static final int ID_WITHOUT_SEP = 3;

    final Vocabulary vocabulary;
    private Segmentation segmentation = Segmentation.WordPiece.BERT;
    private Normalization normalization = Normalization.Bert.UNCASED;
    private PreTokenization preTokenization = new PreTokenization.Bert();
    private Decoding decoding;
    private Template template;
    private Template.Form templateForm;
    private SpecialTokens specialTokens = SpecialTokens.BERT;
    private List<AddedToken> addedTokens = List.of();
    private int modelMaxLength = Tokenizer.UNLIMITED;
    private Side truncationSide = Side.RIGHT;
    private Side paddingSide = Side.RIGHT;
    private boolean splitSpecialTokens;
    private OffsetTrimming trimming = OffsetTrimming.NONE;
    private boolean returnsTokenTypeIds = true;
    private Backend backend = Backend.TOKENIZERS;

    TokenizerBuilder(Vocabulary vocabulary) {
        this.vocabulary = Arguments.require(vocabulary, "vocabulary");
    }

    TokenizerBuilder(TokenizerBuilder other) {
        vocabulary = other.vocabulary;
        segmentation = other.segmentation;
        normalization = other.normalization;
        preTokenization = other.preTokenization;
        decoding = other.decoding;
        template = other.template;
        templateForm = other.templateForm;
        specialTokens = other.specialTokens;
        addedTokens = other.addedTokens;
        modelMaxLength = other.modelMaxLength;
        truncationSide = other.truncationSide;
        paddingSide = other.paddingSide;
        splitSpecialTokens = other.splitSpecialTokens;
        trimming = other.trimming;
        returnsTokenTypeIds = other.returnsTokenTypeIds;
        backend = other.backend;
    }

    /** How words are cut into pieces; default {@link Segmentation.WordPiece#BERT}. */
    public TokenizerBuilder segmentation(Segmentation value) {
        segmentation = Arguments.require(value, "segmentation");
        return this;
    }

    /** How texts are normalized; default {@link Normalization.Bert#UNCASED}. */
    public TokenizerBuilder normalization(Normalization value) {
        normalization = Arguments.require(value, "normalization");
        return this;
    }

    /** How texts are cut into words; default {@link PreTokenization.Bert}. */
    public TokenizerBuilder preTokenization(PreTokenization value) {
        preTokenization = Arguments.require(value, "preTokenization");
        return this;
    }

    /** How tokens become a text again; null, the default, means {@link Segmentation#decoding()}. */
    public TokenizerBuilder decoding(Decoding value) {
        decoding = value;
        return this;
    }

    /**
     * How special tokens stand around the texts; null, the default, means {@link Template#bert} with this tokenizer's own. Where
     * it has no cls token, the id 2 stands in its place, and 3 for a sep token, or for both, as in the reference.
     */
    public TokenizerBuilder template(Template value) {
        template = value;
        templateForm = null;
        return this;
    }

    /** How this tokenizer's own cls and sep tokens stand around the texts: {@code Template::roberta}. */
    public TokenizerBuilder templateForm(Template.Form value) {
        templateForm = Arguments.require(value, "templateForm");
        template = null;
        return this;
    }

    /** The special tokens; default {@link SpecialTokens#BERT}. Those that are no added tokens yet become ones. */
    public TokenizerBuilder specialTokens(SpecialTokens value) {
        specialTokens = Arguments.require(value, "specialTokens");
        return this;
    }

    /** Tokens that are found before the text is cut into words, in the order in which they get new ids. */
    public TokenizerBuilder addedTokens(List<AddedToken> value) {
        Arguments.requireAll(value, "value");
        addedTokens = List.copyOf(value);
        return this;
    }

    /** The most tokens that the model takes; default {@link Tokenizer#UNLIMITED}. */
    public TokenizerBuilder modelMaxLength(int value) {
        modelMaxLength = value;
        return this;
    }

    /** The end at which texts are shortened; default right. */
    public TokenizerBuilder truncationSide(Side value) {
        truncationSide = Arguments.require(value, "truncationSide");
        return this;
    }

    /** The end at which encodings are padded; default right. */
    public TokenizerBuilder paddingSide(Side value) {
        paddingSide = Arguments.require(value, "paddingSide");
        return this;
    }

    /** Whether special tokens in a text are text like any other; default false. */
    public TokenizerBuilder splitSpecialTokens(boolean value) {
        splitSpecialTokens = value;
        return this;
    }

    /**
     * Whether the whitespace at a token's ends is not counted to its place in the text, as with RoBERTa and its kin; default
     * false. Added tokens that swallow whitespace have some, and so have the pieces of byte-level vocabularies.
     */
    public TokenizerBuilder trimOffsets(boolean value) {
        trimming = value ? OffsetTrimming.ALL : OffsetTrimming.NONE;
        return this;
    }

    /**
     * That the whitespace at a token's ends is not counted to its place in the text, but for one space before the first token: for
     * tokenizers that put a space before a text, {@link PreTokenization.ByteLevel#addPrefixSpace()}, which has no place in it.
     */
    public TokenizerBuilder trimOffsetsButPrefix() {
        trimming = OffsetTrimming.ALL_BUT_PREFIX;
        return this;
    }

    /** Whether the model wants token types; default true. */
    public TokenizerBuilder returnsTokenTypeIds(boolean value) {
        returnsTokenTypeIds = value;
        return this;
    }

    /** Whom the tokenizer follows where transformers has two answers; default {@link Backend#TOKENIZERS}. */
    public TokenizerBuilder backend(Backend value) {
        backend = Arguments.require(value, "backend");
        return this;
    }

    /**
     * The tokenizer.
     *
     * @throws IllegalArgumentException if the vocabulary lacks the unknown token, or an added token could never
     *     be found
     */
    public Tokenizer build() {
        return new Tokenizer(new TokenizerBuilder(this));
    }

    // --- What was set, for the tokenizer ---

    Segmentation segmentation() {
        return segmentation;
    }

    Normalization normalization() {
        return normalization;
    }

    Decoding decoding() {
        return decoding == null ? segmentation.decoding() : decoding;
    }

    SpecialTokens specialTokens() {
        return specialTokens;
    }

    int modelMaxLength() {
        return modelMaxLength;
    }

    Backend backend() {
        return backend;
    }

    Side paddingSide() {
        return paddingSide;
    }

    boolean returnsTokenTypeIds() {
        return returnsTokenTypeIds;
    }

    /** The added tokens as they are, then the special ones that are not among them. */
    List<AddedToken> allAddedTokens() {
        List<AddedToken> all = new ArrayList<>(addedTokens);
        for (String content : specialTokens.all()) {
            if (all.stream().noneMatch(token -> token.content().equals(content))) {
                all.add(AddedToken.special(content));
            }
        }
        return all;
    }

    Pipeline pipeline(AddedVocabulary added) {
        boolean isPython = backend == Backend.PYTHON;
        Stages.requireNoBytes(segmentation, added.addedTokens().values());
        NormalizerStep normalizer = Stages.normalizer(normalization);
        return new Pipeline(
                added,
                Stages.marksBeginning(normalization),
                isPython ? added.pythonFinder(splitSpecialTokens) : added.rawFinder(splitSpecialTokens),
                normalizer,
                isPython ? added.pythonFinder(true) : added.normalizedFinder(splitSpecialTokens),
                Stages.splitter(preTokenization),
                Stages.model(segmentation, vocabulary, specialTokens, normalizer));
    }

    Assembler assembler(AddedVocabulary added) {
        Template used = template == null ? ownTemplate(added) : template;
        Template bare = backend == Backend.PYTHON ? used.withoutSpecialTokensOrTypes() : used.withoutSpecialTokens();
        return new Assembler(
                added, backend, new Assembler.Templates(used, bare), modelMaxLength, truncationSide, trimming);
    }

    private Template ownTemplate(AddedVocabulary added) {
        boolean noCls = specialTokens.cls() == null;
        boolean noSep = specialTokens.sep() == null;
        if (templateForm != null && (noCls || noSep)) {
            throw new IllegalArgumentException("there is no " + (noCls ? "cls" : "sep")
                    + " token to put around a text; name it, or give a template");
        }
        int sep = noSep ? ID_WITHOUT_SEP : added.id(specialTokens.sep()).orElseThrow();
        // Without either, the reference gives both one name, and with it one id.
        int withoutCls = noSep ? ID_WITHOUT_SEP : ID_WITHOUT_CLS;
        int cls = noCls ? withoutCls : added.id(specialTokens.cls()).orElseThrow();
        for (int id : new int[] {cls, sep}) {
            if (added.token(id) == null) {
                throw new IllegalArgumentException("there is no cls or no sep token, and no token with the id " + id
                        + " to stand in its place; name both, or give a template");
            }
        }
        return (templateForm == null ? (Template.Form) Template::bert : templateForm).around(cls, sep);
    }
}

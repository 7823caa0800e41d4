package io.tesserae.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Turns texts into token ids exactly as Hugging Face's fast {@code BertTokenizer} and {@code DistilBertTokenizer} do.
 * Immutable and thread-safe.
 *
 * <p>Any string can be encoded, in time linear in its length. Half a surrogate pair, which the reference refuses, is
 * read as U+FFFD: cleaning drops it.
 *
 * <p>Source: {@code transformers/models/bert/tokenization_bert.py} at 5.18 on tokenizers 0.23, with the truncation of
 * 0.22.2 (what came after is a known defect, huggingface/tokenizers issue 2091).
 */
public final class Tokenizer {

    /** The {@link #modelMaxLength()} of a model that has no limit. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int ABSENT = -1;

    /** What the reference puts around a text where there is no cls, or no sep token: their ids in a vocabulary of its own. */
    private static final int ID_WITHOUT_CLS = 2;

    private static final int ID_WITHOUT_SEP = 3;

    /** A batch with fewer chars is encoded by the caller alone, in less time than it takes to wake another thread. */
    private static final long LEAST_CHARS_FOR_THREADS = 20_000;

    private final Builder settings;
    private final AddedVocabulary vocabulary;
    private final Pipeline pipeline;
    private final Template template;
    private final Template bareTemplate;
    private final String continuingSubwordPrefix;
    private final Decoding decoding;
    private final int unkTokenId;
    private final int sepTokenId;
    private final int padTokenId;
    private final int clsTokenId;
    private final int maskTokenId;
    private final int modelMaxLength;
    private final Side truncationSide;
    private final Side paddingSide;
    private final boolean returnsTokenTypeIds;

    private Tokenizer(Builder builder) {
        this.settings = new Builder(builder);
        NormalizerStep normalizer = NormalizerStep.of(builder.normalization());
        this.vocabulary = new AddedVocabulary(builder.vocabulary, builder.allAddedTokens(), normalizer);
        this.continuingSubwordPrefix = builder.continuingSubwordPrefix;
        this.decoding = builder.decoding();
        this.pipeline = new Pipeline(
                vocabulary,
                vocabulary.rawFinder(builder.splitSpecialTokens),
                normalizer,
                vocabulary.normalizedFinder(builder.splitSpecialTokens),
                WordSplitter.of(builder.preTokenization),
                new WordPiece.Model(
                        new TokenIndex(builder.vocabulary, ""),
                        new TokenIndex(builder.vocabulary, continuingSubwordPrefix),
                        builder.unknownId(),
                        builder.maxInputCharsPerWord));
        this.unkTokenId = idOrAbsent(builder.specialTokens.unk());
        this.sepTokenId = idOrAbsent(builder.specialTokens.sep());
        this.padTokenId = idOrAbsent(builder.specialTokens.pad());
        this.clsTokenId = idOrAbsent(builder.specialTokens.cls());
        this.maskTokenId = idOrAbsent(builder.specialTokens.mask());
        this.template = builder.template == null ? bertTemplate() : builder.template;
        this.bareTemplate = template.withoutSpecialTokens();
        this.modelMaxLength = builder.modelMaxLength;
        this.truncationSide = builder.truncationSide;
        this.paddingSide = builder.paddingSide;
        this.returnsTokenTypeIds = builder.returnsTokenTypeIds;
    }

    private int idOrAbsent(String token) {
        return token == null ? ABSENT : vocabulary.id(token).orElseThrow();
    }

    private Template bertTemplate() {
        int sep = sepTokenId == ABSENT ? ID_WITHOUT_SEP : sepTokenId;
        // Without either, the reference gives both one name, and with it one id.
        int withoutCls = sepTokenId == ABSENT ? ID_WITHOUT_SEP : ID_WITHOUT_CLS;
        int cls = clsTokenId == ABSENT ? withoutCls : clsTokenId;
        for (int id : new int[] {cls, sep}) {
            if (vocabulary.token(id) == null) {
                throw new IllegalArgumentException("there is no cls or no sep token, and no token with the id " + id
                        + " to stand in its place; name both, or give a template");
            }
        }
        return Template.bert(cls, sep);
    }

    private static int requireId(int id, String name) {
        if (id == ABSENT) {
            throw new IllegalStateException("this tokenizer has no " + name + " token");
        }
        return id;
    }

    /** A tokenizer over this vocabulary, set up as BERT's uncased one unless told otherwise. */
    public static Builder builder(Vocabulary vocabulary) {
        return new Builder(vocabulary);
    }

    // --- Encoding ---

    /** Encodes one text, with {@link EncodingOptions#DEFAULT}. */
    public Encoding encode(String text) {
        return encode(text, null, EncodingOptions.DEFAULT);
    }

    /**
     * Encodes two texts as one input, with {@link EncodingOptions#DEFAULT}.
     *
     * @param textPair the second text; null or empty if there is none
     */
    public Encoding encode(String text, String textPair) {
        return encode(text, textPair, EncodingOptions.DEFAULT);
    }

    /**
     * Encodes one text, or two as one input.
     *
     * @param textPair the second text; null or empty if there is none (to transformers 5, too, an empty second text
     *     is none)
     * @throws IllegalArgumentException if the input cannot be truncated as asked: no room for the special tokens, or
     *     the text that is to be shortened is too short or absent; or if it has a word that the vocabulary cannot spell,
     *     and the tokenizer has no unknown token
     */
    public Encoding encode(String text, String textPair, EncodingOptions options) {
        Arguments.require(text, "text");
        return textPair == null || textPair.isEmpty()
                ? assemble(pipeline.tokenize(text), null, options)
                : encodePair(text, textPair, options);
    }

    /**
     * Encodes two texts as one input, also where the second is empty: so transformers does it with many pairs, though not with
     * one.
     *
     * @throws IllegalArgumentException as {@link #encode(String, String, EncodingOptions)}
     */
    public Encoding encodePair(String text, String textPair, EncodingOptions options) {
        Arguments.require(text, "text");
        Arguments.require(textPair, "textPair");
        return assemble(pipeline.tokenize(text), pipeline.tokenize(textPair), options);
    }

    /**
     * Encodes one text, or two, that have been cut into words. {@link Encoding#wordIds()} are places in the lists,
     * offsets are within the words.
     *
     * @param pairWords the second text's words; null or empty if there is none
     * @throws IllegalArgumentException as {@link #encode(String, String, EncodingOptions)}
     */
    public Encoding encodeWords(List<String> words, List<String> pairWords, EncodingOptions options) {
        TokenSequence first = tokenizeWords(words);
        TokenSequence second = pairWords == null || pairWords.isEmpty() ? null : tokenizeWords(pairWords);
        return assemble(first, second, options);
    }

    private TokenSequence tokenizeWords(List<String> words) {
        TokenSequence tokens =
                new TokenSequence(Arguments.require(words, "words").size() * 2);
        for (int i = 0; i < words.size(); i++) {
            pipeline.tokenizeWord(Arguments.require(words.get(i), "words: an element"), i, tokens);
        }
        return tokens;
    }

    /** Encodes many texts; see {@link #encodeBatch(List, List, EncodingOptions)}. */
    public List<Encoding> encodeBatch(List<String> texts) {
        return encodeBatch(texts, null, EncodingOptions.DEFAULT);
    }

    /**
     * Encodes many texts, or pairs of texts, each by itself; {@link #pad} makes them equally long. Where there is much to do, the
     * threads of {@link java.util.concurrent.ForkJoinPool#commonPool()} share it.
     *
     * @param textPairs as many second texts as there are texts, null where a text has none; null if none has one. An empty
     *     one is a text here, see {@link #encodePair}
     * @return an encoding for each text, in their order
     * @throws IllegalArgumentException as {@link #encode(String, String, EncodingOptions)}, with the number of the text
     */
    public List<Encoding> encodeBatch(List<String> texts, List<String> textPairs, EncodingOptions options) {
        Arguments.require(texts, "texts");
        Arguments.require(options, "options");
        if (textPairs != null && textPairs.size() != texts.size()) {
            throw new IllegalArgumentException(
                    "expected as many second texts as texts, " + texts.size() + ", found " + textPairs.size());
        }
        long chars = 0;
        for (String text : texts) {
            chars += Arguments.require(text, "texts: an element").length();
        }
        IntStream places = IntStream.range(0, texts.size());
        Encoding[] encodings = new Encoding[texts.size()];
        (chars < LEAST_CHARS_FOR_THREADS ? places : places.parallel()).forEach(i -> {
            try {
                String textPair = textPairs == null ? null : textPairs.get(i);
                encodings[i] = textPair == null
                        ? encode(texts.get(i), null, options)
                        : encodePair(texts.get(i), textPair, options);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("text " + i + ": " + e.getMessage(), e);
            }
        });
        return List.of(encodings);
    }

    /** The tokens of a text, without special ones around: {@code tokenizer.tokenize(text)} in Python. */
    public List<String> tokenize(String text) {
        return encode(text, null, EncodingOptions.DEFAULT.withAddSpecialTokens(false))
                .tokens();
    }

    /** How many special tokens are put around one text, or two: {@code num_special_tokens_to_add} in Python. */
    public int specialTokensAround(boolean isPair) {
        return template.specialTokens(isPair);
    }

    /** Truncates, then puts the special tokens around. */
    private Encoding assemble(TokenSequence first, TokenSequence second, EncodingOptions options) {
        Arguments.require(options, "options");
        boolean isPair = second != null;
        Template used = options.addSpecialTokens() ? template : bareTemplate;
        List<Template.Piece> pieces = isPair ? used.pair() : used.single();
        Truncation.Lengths kept = Truncation.lengths(
                first.size(),
                isPair ? second.size() : Truncation.ABSENT,
                room(used, isPair, options),
                options.truncation());
        List<Truncation.Window> firstWindows = windows(first, kept.first(), options);
        List<Truncation.Window> secondWindows =
                isPair ? windows(second, kept.second(), options) : List.of(Truncation.Window.NONE);

        List<Encoding> overflow = new ArrayList<>();
        for (Truncation.Window further : firstWindows.subList(1, firstWindows.size())) {
            for (Truncation.Window any : secondWindows) {
                overflow.add(Encoding.Builder.of(this, pieces, further, any).build());
            }
        }
        for (Truncation.Window further : secondWindows.subList(1, secondWindows.size())) {
            overflow.add(Encoding.Builder.of(this, pieces, firstWindows.getFirst(), further)
                    .build());
        }
        int truncated = first.size() - kept.first() + (isPair ? second.size() - kept.second() : 0);
        return Encoding.Builder.of(this, pieces, firstWindows.getFirst(), secondWindows.getFirst())
                .truncatedTokens(truncated)
                .overflow(overflow)
                .build();
    }

    private List<Truncation.Window> windows(TokenSequence tokens, int keep, EncodingOptions options) {
        return Truncation.windows(tokens, keep, options.stride(), truncationSide, options.returnOverflow());
    }

    /** How many tokens of the texts there is room for. */
    private int room(Template used, boolean isPair, EncodingOptions options) {
        if (options.truncation() == TruncationStrategy.DO_NOT_TRUNCATE) {
            return Integer.MAX_VALUE;
        }
        int limit = options.maxLength().orElse(modelMaxLength);
        int specialTokens = used.specialTokens(isPair);
        if (limit < specialTokens) {
            // The reference computes in unsigned numbers and takes this for a limit that is never reached.
            throw new IllegalArgumentException("a maximum length of " + limit + " leaves no room for the "
                    + specialTokens + " special tokens; allow at least " + specialTokens);
        }
        return limit - specialTokens;
    }

    /**
     * Makes encodings equally long, with padding tokens at the tokenizer's padding side: id {@link #padTokenId()},
     * type 0, attention 0.
     *
     * <p>Tesserae's own models need no padding; this is for those who want rectangular arrays.
     */
    public List<Encoding> pad(List<Encoding> encodings, Padding padding) {
        Arguments.requireAll(encodings, "encodings");
        int length = Arguments.require(padding, "padding")
                .length()
                .orElseGet(
                        () -> encodings.stream().mapToInt(Encoding::size).max().orElse(0));
        long rounded = (length + (long) padding.multiple() - 1) / padding.multiple() * padding.multiple();
        if (rounded > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("padding: a length of " + rounded + " is more than an array holds");
        }
        int target = (int) rounded;
        return encodings.stream()
                .map(encoding -> encoding.padded(target, padTokenId(), paddingSide))
                .toList();
    }

    // --- Decoding ---

    /**
     * Makes a text of tokens again. Ids that are not in the vocabulary are left out.
     *
     * @param skipSpecialTokens whether special tokens are left out as well
     */
    public String decode(int[] ids, boolean skipSpecialTokens) {
        return decode(ids, skipSpecialTokens, false);
    }

    /**
     * Makes a text of tokens again. Ids that are not in the vocabulary are left out.
     *
     * @param skipSpecialTokens whether special tokens are left out as well
     * @param cleanUpTokenizationSpaces whether the spaces in {@code can ' t} and the like are taken out of the whole
     *     text
     */
    public String decode(int[] ids, boolean skipSpecialTokens, boolean cleanUpTokenizationSpaces) {
        List<String> tokens = new ArrayList<>(Arguments.require(ids, "ids").length);
        for (int id : ids) {
            String token = vocabulary.decodedToken(id);
            if (token != null && !(skipSpecialTokens && vocabulary.isSkipped(token))) {
                tokens.add(token);
            }
        }
        String text = TokenDecoder.decode(tokens, decoding);
        return cleanUpTokenizationSpaces ? TokenDecoder.cleanUpText(text) : text;
    }

    /** {@link #decode(int[], boolean)} of many. */
    public List<String> decodeBatch(List<int[]> batch, boolean skipSpecialTokens) {
        return Arguments.require(batch, "batch").stream()
                .map(ids -> decode(ids, skipSpecialTokens))
                .toList();
    }

    /**
     * Makes a text of tokens that are given as texts, which need not be in the vocabulary: {@code
     * convert_tokens_to_string} in Python.
     */
    public String tokensToText(List<String> tokens) {
        Arguments.requireAll(tokens, "tokens");
        return TokenDecoder.decode(tokens, decoding);
    }

    // --- Vocabulary ---

    /**
     * This tokenizer with further tokens, found in a text before it is cut into words. One that the vocabulary has keeps its id,
     * the others get the next ones; one that was added before gets the new flags. A model knows the new ids only if its
     * embedding table was made larger.
     *
     * @throws IllegalArgumentException if one of them could never be found, or is the same as another once both are normalized
     */
    public Tokenizer withAddedTokens(List<AddedToken> tokens) {
        Builder builder = new Builder(settings);
        List<AddedToken> all = settings.allAddedTokens();
        for (AddedToken token : Arguments.require(tokens, "tokens")) {
            all.add(Arguments.require(token, "tokens: an element"));
        }
        return builder.addedTokens(all).build();
    }

    /**
     * This tokenizer with the case lowered before anything else is done to a text, unless lowering it is one of its steps
     * already: what {@code do_lower_case} of sentence-transformers asks for.
     */
    public Tokenizer loweringCaseFirst() {
        Normalization own = settings.normalization();
        boolean lowers = switch (own) {
            case Normalization.Bert bert -> bert.lowercase();
            case Normalization.Lowercase _ -> true;
            case Normalization.Sequence sequence -> sequence.steps().contains(new Normalization.Lowercase());
            case Normalization.Nfd _, Normalization.StripAccents _, Normalization.Strip _ -> false;
        };
        if (lowers) {
            return this;
        }
        return new Builder(settings)
                .normalization(new Normalization.Sequence(List.of(new Normalization.Lowercase(), own)))
                .build();
    }

    /** How many tokens there are, added ones included: {@code len(tokenizer)} in Python. */
    public int vocabularySize() {
        return vocabulary.size();
    }

    /**
     * The token with this id.
     *
     * @throws IllegalArgumentException if there is none
     */
    public String idToToken(int id) {
        String token = vocabulary.token(id);
        if (token == null) {
            throw new IllegalArgumentException(
                    "no token has the id " + id + "; the vocabulary has " + vocabularySize() + " tokens");
        }
        return token;
    }

    /** The id of this token, if it is in the vocabulary. */
    public OptionalInt tokenToId(String token) {
        return vocabulary.id(token);
    }

    /**
     * {@link #idToToken} of many.
     *
     * @throws IllegalArgumentException if there is no token for one of them
     */
    public List<String> idsToTokens(int[] ids) {
        return IntStream.of(Arguments.require(ids, "ids"))
                .mapToObj(this::idToToken)
                .toList();
    }

    /**
     * The ids of many tokens, that of {@code [UNK]} where a token is unknown: {@code convert_tokens_to_ids} in Python.
     *
     * @throws IllegalStateException if a token is unknown and the tokenizer has no {@code [UNK]}
     */
    public int[] tokensToIds(List<String> tokens) {
        return Arguments.requireAll(tokens, "tokens").stream()
                .mapToInt(token -> tokenToId(token).orElseGet(this::unkTokenId))
                .toArray();
    }

    /** Every token and its id, added ones included: {@code get_vocab()} in Python. */
    public Map<String, Integer> vocabulary() {
        return vocabulary.ids();
    }

    /** The added tokens, special ones among them, by their ids. */
    public Map<Integer, AddedToken> addedTokens() {
        return vocabulary.addedTokens();
    }

    /** Whether this is the id of a special token. */
    public boolean isSpecialToken(int id) {
        return vocabulary.isSpecial(id);
    }

    /** The tokens that have a meaning of their own; null where this tokenizer lacks one. */
    public SpecialTokens specialTokens() {
        return settings.specialTokens;
    }

    /** What marks a piece inside a word in the vocabulary: {@code ##}; empty where nothing does. */
    public String continuingSubwordPrefix() {
        return continuingSubwordPrefix;
    }

    /**
     * The id of {@code [UNK]}.
     *
     * @throws IllegalStateException if the tokenizer has no such token
     */
    public int unkTokenId() {
        return requireId(unkTokenId, "unk");
    }

    /**
     * The id of {@code [SEP]}.
     *
     * @throws IllegalStateException if the tokenizer has no such token
     */
    public int sepTokenId() {
        return requireId(sepTokenId, "sep");
    }

    /**
     * The id of {@code [PAD]}.
     *
     * @throws IllegalStateException if the tokenizer has no such token
     */
    public int padTokenId() {
        return requireId(padTokenId, "pad");
    }

    /**
     * The id of {@code [CLS]}.
     *
     * @throws IllegalStateException if the tokenizer has no such token
     */
    public int clsTokenId() {
        return requireId(clsTokenId, "cls");
    }

    /**
     * The id of {@code [MASK]}.
     *
     * @throws IllegalStateException if the tokenizer has no such token
     */
    public int maskTokenId() {
        return requireId(maskTokenId, "mask");
    }

    /** The most tokens that the model takes, special ones included; {@link #UNLIMITED} if nobody said. */
    public int modelMaxLength() {
        return modelMaxLength;
    }

    /**
     * Whether the model wants token types: BERT does, DistilBERT does not. {@link Encoding#tokenTypeIds()} are there
     * in any case.
     */
    public boolean returnsTokenTypeIds() {
        return returnsTokenTypeIds;
    }

    // --- Building ---

    /** Puts a tokenizer together. Every setting has BERT's own as its default. */
    public static final class Builder {

        private final Vocabulary vocabulary;
        private boolean cleanText = true;
        private boolean tokenizeChineseChars = true;
        private Boolean stripAccents;
        private boolean doLowerCase = true;
        private Normalization normalization;
        private PreTokenization preTokenization = new PreTokenization.Bert();
        private SpecialTokens specialTokens = SpecialTokens.BERT;
        private List<AddedToken> addedTokens = List.of();
        private Template template;
        private String continuingSubwordPrefix = "##";
        private boolean cleanUpTokens = true;
        private Decoding decoding;
        private String unknownToken;
        private int maxInputCharsPerWord = 100;
        private int modelMaxLength = UNLIMITED;
        private Side truncationSide = Side.RIGHT;
        private Side paddingSide = Side.RIGHT;
        private boolean splitSpecialTokens;
        private boolean returnsTokenTypeIds = true;

        private Builder(Vocabulary vocabulary) {
            this.vocabulary = Arguments.require(vocabulary, "vocabulary");
        }

        private Builder(Builder other) {
            vocabulary = other.vocabulary;
            cleanText = other.cleanText;
            tokenizeChineseChars = other.tokenizeChineseChars;
            stripAccents = other.stripAccents;
            doLowerCase = other.doLowerCase;
            normalization = other.normalization;
            preTokenization = other.preTokenization;
            specialTokens = other.specialTokens;
            addedTokens = other.addedTokens;
            template = other.template;
            continuingSubwordPrefix = other.continuingSubwordPrefix;
            cleanUpTokens = other.cleanUpTokens;
            decoding = other.decoding;
            unknownToken = other.unknownToken;
            maxInputCharsPerWord = other.maxInputCharsPerWord;
            modelMaxLength = other.modelMaxLength;
            truncationSide = other.truncationSide;
            paddingSide = other.paddingSide;
            splitSpecialTokens = other.splitSpecialTokens;
            returnsTokenTypeIds = other.returnsTokenTypeIds;
        }

        /** Whether controls are dropped and all whitespace becomes plain spaces; default true. */
        public Builder cleanText(boolean value) {
            cleanText = value;
            return this;
        }

        /** Whether every Chinese character is a word; default true. */
        public Builder tokenizeChineseChars(boolean value) {
            tokenizeChineseChars = value;
            return this;
        }

        /** Whether accents are dropped; null, the default, means if the case is lowered. */
        public Builder stripAccents(Boolean value) {
            stripAccents = value;
            return this;
        }

        /** Whether the case is lowered; default true. */
        public Builder doLowerCase(boolean value) {
            doLowerCase = value;
            return this;
        }

        /** How texts are normalized; null, the default, means as BERT does it, with the four settings above. */
        public Builder normalization(Normalization value) {
            normalization = value;
            return this;
        }

        /** How texts are cut into words; default {@link PreTokenization.Bert}. */
        public Builder preTokenization(PreTokenization value) {
            preTokenization = Arguments.require(value, "preTokenization");
            return this;
        }

        /** The special tokens; default {@link SpecialTokens#BERT}. Those that are no added tokens yet become ones. */
        public Builder specialTokens(SpecialTokens value) {
            specialTokens = Arguments.require(value, "specialTokens");
            return this;
        }

        /** Tokens that are found before the text is cut into words, in the order in which they get new ids. */
        public Builder addedTokens(List<AddedToken> value) {
            Arguments.requireAll(value, "value");
            addedTokens = List.copyOf(value);
            return this;
        }

        /**
         * How special tokens stand around the texts; default {@link Template#bert} with this tokenizer's own. Where it has no cls
         * token, the id 2 stands in its place, and 3 for a sep token, or for both, as in the reference.
         */
        public Builder template(Template value) {
            template = value;
            return this;
        }

        /** What marks a piece inside a word in the vocabulary; default {@code ##}. */
        public Builder continuingSubwordPrefix(String value) {
            continuingSubwordPrefix = Arguments.require(value, "continuingSubwordPrefix");
            return this;
        }

        /** Whether decoding takes out the spaces before punctuation marks; default true. */
        public Builder cleanUpTokens(boolean value) {
            cleanUpTokens = value;
            return this;
        }

        /**
         * How tokens become a text again; null, the default, means {@link Decoding.WordPiece} with the two settings
         * above.
         */
        public Builder decoding(Decoding value) {
            decoding = value;
            return this;
        }

        /**
         * The token of the vocabulary that stands for a word that the vocabulary cannot spell. It is not found in texts; {@link
         * SpecialTokens#unk()} is, and null, the default, means that one. Where both are null, a text with such a word
         * is refused.
         */
        public Builder unknownToken(String value) {
            unknownToken = value;
            return this;
        }

        /** Words of more code points than this are unknown; default 100. */
        public Builder maxInputCharsPerWord(int value) {
            maxInputCharsPerWord = value;
            return this;
        }

        /** The most tokens that the model takes; default {@link #UNLIMITED}. */
        public Builder modelMaxLength(int value) {
            modelMaxLength = value;
            return this;
        }

        /** The end at which texts are shortened; default right. */
        public Builder truncationSide(Side value) {
            truncationSide = Arguments.require(value, "truncationSide");
            return this;
        }

        /** The end at which encodings are padded; default right. */
        public Builder paddingSide(Side value) {
            paddingSide = Arguments.require(value, "paddingSide");
            return this;
        }

        /** Whether special tokens in a text are text like any other; default false. */
        public Builder splitSpecialTokens(boolean value) {
            splitSpecialTokens = value;
            return this;
        }

        /** Whether the model wants token types; default true. */
        public Builder returnsTokenTypeIds(boolean value) {
            returnsTokenTypeIds = value;
            return this;
        }

        /**
         * The tokenizer.
         *
         * @throws IllegalArgumentException if the vocabulary lacks the unknown token, or an added token could never
         *     be found
         */
        public Tokenizer build() {
            return new Tokenizer(this);
        }

        private Normalization normalization() {
            boolean accentsGo = stripAccents == null ? doLowerCase : stripAccents;
            return normalization == null
                    ? new Normalization.Bert(cleanText, tokenizeChineseChars, accentsGo, doLowerCase)
                    : normalization;
        }

        private Decoding decoding() {
            return decoding == null ? new Decoding.WordPiece(continuingSubwordPrefix, cleanUpTokens) : decoding;
        }

        private int unknownId() {
            String unknown = unknownToken == null ? specialTokens.unk() : unknownToken;
            if (unknown == null) {
                return WordPiece.NO_UNKNOWN;
            }
            return vocabulary
                    .id(unknown)
                    .orElseThrow(() ->
                            new IllegalArgumentException("the vocabulary lacks the unknown token \"" + unknown + "\""));
        }

        /** The added tokens as they are, then the special ones that are not among them. */
        private List<AddedToken> allAddedTokens() {
            List<AddedToken> all = new ArrayList<>(addedTokens);
            for (String content : specialTokens.all()) {
                if (all.stream().noneMatch(token -> token.content().equals(content))) {
                    all.add(AddedToken.special(content));
                }
            }
            return all;
        }
    }
}

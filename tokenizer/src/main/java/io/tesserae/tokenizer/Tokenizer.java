package io.tesserae.tokenizer;

import io.tesserae.tokenizer.piece.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Turns texts into token ids exactly as Hugging Face's fast tokenizers do, and ids into texts again. Immutable and thread-safe.
 *
 * <p>One class for all kinds of tokenizers: what differs is a {@link Segmentation}, a {@link Normalization}, a {@link
 * PreTokenization}, a {@link Template}, a {@link Decoding}, which {@link TokenizerBuilder} puts together.
 *
 * <p>Any string can be encoded, in time that grows little faster than its length. Half a surrogate pair, which the reference refuses, is
 * read as U+FFFD: cleaning drops it.
 *
 * <p>Source: {@code transformers/models/bert/tokenization_bert.py} at 5.18 on tokenizers 0.23, with the truncation of
 * 0.22.2 (what came after is a known defect, huggingface/tokenizers issue 2091).
 */
public final class Tokenizer {

    /** The {@link #modelMaxLength()} of a model that has no limit. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private final TokenizerBuilder settings;
    private final AddedVocabulary vocabulary;
    private final Pipeline pipeline;
    private final Assembler assembler;
    private final SpecialTokenIds ids;

    /** Keeps the settings, which nobody changes any more. */
    Tokenizer(TokenizerBuilder settings) {
        this.settings = settings;
        this.vocabulary = new AddedVocabulary(
                settings.vocabulary, settings.allAddedTokens(), Stages.normalizer(settings.normalization()));
        this.pipeline = settings.pipeline(vocabulary);
        this.assembler = settings.assembler(vocabulary);
        this.ids = SpecialTokenIds.of(settings.specialTokens(), vocabulary);
    }

    /** A tokenizer over this vocabulary, set up as BERT's uncased one unless told otherwise. */
    public static TokenizerBuilder builder(Vocabulary vocabulary) {
        return new TokenizerBuilder(vocabulary);
    }

    // --- Encoding ---

    /** Encodes one text, with {@link EncodingOptions#DEFAULT}. */
    public Encoding encode(String text) {
        return encode(text, null, EncodingOptions.DEFAULT);
    }

    /**
     * Encodes one text.
     *
     * @throws IllegalArgumentException as {@link #encode(String, String, EncodingOptions)}
     */
    public Encoding encode(String text, EncodingOptions options) {
        return encode(text, null, options);
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
     *     is none; but see {@link Backend#PYTHON})
     * @throws IllegalArgumentException if the input cannot be truncated as asked: no room for the special tokens, or
     *     the text that is to be shortened is too short or absent; or if it has a word that the vocabulary cannot spell,
     *     and the tokenizer has no unknown token
     */
    public Encoding encode(String text, String textPair, EncodingOptions options) {
        Arguments.require(text, "text");
        Arguments.require(options, "options");
        boolean emptyIsNone = settings.backend() == Backend.TOKENIZERS;
        return textPair == null || emptyIsNone && textPair.isEmpty()
                ? assembler.assemble(pipeline.tokenize(text), null, options)
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
        Arguments.require(options, "options");
        return assembler.assemble(pipeline.tokenize(text), pipeline.tokenize(textPair), options);
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
        Arguments.require(options, "options");
        return assembler.assemble(first, second, options);
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

    /** Encodes many texts in this way; see {@link #encodeBatch(List, List, EncodingOptions)}. */
    public List<Encoding> encodeBatch(List<String> texts, EncodingOptions options) {
        return encodeBatch(texts, null, options);
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
        return Batches.encode(this, texts, textPairs, options);
    }

    /** The tokens of a text, without special ones around: {@code tokenizer.tokenize(text)} in Python. */
    public List<String> tokenize(String text) {
        return encode(text, EncodingOptions.DEFAULT.withAddSpecialTokens(false)).tokens();
    }

    /** How many special tokens are put around one text, or two: {@code num_special_tokens_to_add} in Python. */
    public int specialTokensAround(boolean isPair) {
        return assembler.templates().full().specialTokens(isPair);
    }

    /**
     * Makes encodings equally long, with padding tokens at the tokenizer's padding side: id {@link #padTokenId()},
     * type 0, attention 0.
     *
     * <p>Tesserae's own models need no padding; this is for those who want rectangular arrays.
     */
    public List<Encoding> pad(List<Encoding> encodings, Padding padding) {
        return Batches.pad(encodings, padding, this, settings.paddingSide());
    }

    // --- Decoding ---

    /**
     * Makes a text of tokens again, special tokens and all: {@code tokenizer.decode(ids)} in Python. Ids that are not in the
     * vocabulary are left out.
     */
    public String decode(int... ids) {
        return decode(ids, false, false);
    }

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
        String text = TokenDecoder.decode(tokens, settings.decoding());
        return cleanUpTokenizationSpaces ? TokenDecoder.cleanUpText(text) : text;
    }

    /** {@link #decode(int[], boolean)} of many. */
    public List<String> decodeBatch(List<int[]> batch, boolean skipSpecialTokens) {
        return Arguments.require(batch, "batch").stream()
                .map(ids -> decode(ids, skipSpecialTokens))
                .toList();
    }

    /**
     * Makes a text of tokens that come one after the other, as {@link #decode(int[], boolean)} does of all at once.
     *
     * @param skipSpecialTokens whether special tokens are left out
     * @return a decoder for one text
     */
    public StreamingDecoder streamingDecoder(boolean skipSpecialTokens) {
        return new StreamingDecoder(vocabulary, settings.decoding(), skipSpecialTokens);
    }

    /**
     * Makes a text of tokens that are given as texts, which need not be in the vocabulary: {@code
     * convert_tokens_to_string} in Python.
     */
    public String tokensToText(List<String> tokens) {
        Arguments.requireAll(tokens, "tokens");
        return TokenDecoder.decode(tokens, settings.decoding());
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
        TokenizerBuilder builder = new TokenizerBuilder(settings);
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
        if (Stages.lowersCase(own)) {
            return this;
        }
        return new TokenizerBuilder(settings)
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
        return settings.specialTokens();
    }

    /** The special tokens without a meaning of their own, {@code additional_special_tokens} in Python, by their ids. */
    public List<String> additionalSpecialTokens() {
        List<String> named = specialTokens().all();
        return new TreeMap<>(addedTokens())
                .values().stream()
                        .filter(token -> token.special() && !named.contains(token.content()))
                        .map(AddedToken::content)
                        .toList();
    }

    /** How words are cut into pieces. */
    public Segmentation segmentation() {
        return settings.segmentation();
    }

    /**
     * The id of the token for what the vocabulary cannot spell, {@code [UNK]} of BERT.
     *
     * @throws IllegalStateException if the tokenizer has no such token
     */
    public int unkTokenId() {
        return SpecialTokenIds.require(ids.unk(), "unk");
    }

    /**
     * The id of the token that ends a sequence, {@code [SEP]} of BERT.
     *
     * @throws IllegalStateException if the tokenizer has no such token
     */
    public int sepTokenId() {
        return SpecialTokenIds.require(ids.sep(), "sep");
    }

    /**
     * The id of the token that fills short sequences, {@code [PAD]} of BERT.
     *
     * @throws IllegalStateException if the tokenizer has no such token
     */
    public int padTokenId() {
        return SpecialTokenIds.require(ids.pad(), "pad");
    }

    /**
     * The id of the token that begins an input, {@code [CLS]} of BERT.
     *
     * @throws IllegalStateException if the tokenizer has no such token
     */
    public int clsTokenId() {
        return SpecialTokenIds.require(ids.cls(), "cls");
    }

    /**
     * The id of the token that hides a word, {@code [MASK]} of BERT.
     *
     * @throws IllegalStateException if the tokenizer has no such token
     */
    public int maskTokenId() {
        return SpecialTokenIds.require(ids.mask(), "mask");
    }

    /**
     * The id of the token that begins a text, {@code <s>} or the like; BERT has none.
     *
     * @throws IllegalStateException if the tokenizer has no such token
     */
    public int bosTokenId() {
        return SpecialTokenIds.require(ids.bos(), "bos");
    }

    /**
     * The id of the token that ends a text, {@code </s>} or the like; BERT has none.
     *
     * @throws IllegalStateException if the tokenizer has no such token
     */
    public int eosTokenId() {
        return SpecialTokenIds.require(ids.eos(), "eos");
    }

    /** The most tokens that the model takes, special ones included; {@link #UNLIMITED} if nobody said. */
    public int modelMaxLength() {
        return settings.modelMaxLength();
    }

    /**
     * Whether the model wants token types: BERT does, DistilBERT does not. {@link Encoding#tokenTypeIds()} are there
     * in any case.
     */
    public boolean returnsTokenTypeIds() {
        return settings.returnsTokenTypeIds();
    }

    /** What it is: {@code Tokenizer of WordPiece, 30522 tokens, texts of at most 512}. */
    @Override
    public String toString() {
        return "Tokenizer of " + segmentation().name() + ", " + vocabularySize() + " tokens, texts of "
                + (modelMaxLength() == UNLIMITED ? "any length" : "at most " + modelMaxLength());
    }
}

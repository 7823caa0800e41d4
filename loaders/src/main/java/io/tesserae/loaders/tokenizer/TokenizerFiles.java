package io.tesserae.loaders.tokenizer;

import io.tesserae.families.Families;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.Backend;
import io.tesserae.tokenizer.Decoding;
import io.tesserae.tokenizer.Normalization;
import io.tesserae.tokenizer.PreTokenization;
import io.tesserae.tokenizer.Segmentation;
import io.tesserae.tokenizer.Side;
import io.tesserae.tokenizer.SpecialTokens;
import io.tesserae.tokenizer.Template;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TokenizerBuilder;
import io.tesserae.tokenizer.Vocabulary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The files that a checkpoint keeps its tokenizer in, read the way transformers 5 does. */
public final class TokenizerFiles {

    /** What names the tokenizer's class. */
    public static final String CONFIG = "tokenizer_config.json";

    private static final long CONFIG_LIMIT = 16L << 20; // chat templates make some long
    private static final long VOCABULARY_LIMIT = 64L << 20;

    private static final String TOKENIZER_JSON = "tokenizer.json";
    private static final String VOCABULARY_TXT = "vocab.txt";
    private static final String VOCABULARY_JSON = "vocab.json";
    private static final String MERGES = "merges.txt";
    private static final String SENTENCE_PIECE = "tokenizer.model";
    private static final String MODEL_CONFIG = "config.json";
    private static final String TOKENIZER_CLASS = "tokenizer_class";
    private static final String MODEL_MAX_LENGTH = "model_max_length";
    private static final String ADD_PREFIX_SPACE = "add_prefix_space";
    private static final String MODEL_INPUT_NAMES = "model_input_names";

    /** How Python writes that there is none; to the reference it is the unknown token then, if the vocabulary has it. */
    private static final String NO_TOKEN = "None";

    /** The classes that are what {@code tokenizer.json} says, and nothing else. */
    private static final Set<String> LITERAL_CLASSES = Set.of("PreTrainedTokenizerFast", "TokenizersBackend");

    private final ModelFiles files;
    private final Families families;
    private final JsonObjectReader config;
    private final Supplier<JsonObjectReader> modelConfig;
    private final Optional<TokenizerJson> tokenizerJson;

    private TokenizerFiles(ModelFiles files, Families families, Supplier<JsonObjectReader> modelConfig)
            throws IOException {
        this.files = files;
        this.families = families;
        this.modelConfig = modelConfig;
        this.config = JsonObjectReader.ofFileIfPresent(files, CONFIG, CONFIG_LIMIT);
        this.tokenizerJson = files.exists(TOKENIZER_JSON)
                ? Optional.of(new TokenizerJson(JsonObjectReader.ofFile(files, TOKENIZER_JSON, VOCABULARY_LIMIT)))
                : Optional.empty();
    }

    /**
     * Reads the two files that are there in most checkpoints.
     *
     * @param families whose names in config.json stand for a class
     * @param modelConfig reads config.json, and is asked only where no other file names the class
     * @throws ModelLoadingException if a file is damaged
     * @throws IOException if reading fails
     */
    public static TokenizerFiles open(ModelFiles files, Families families, Supplier<JsonObjectReader> modelConfig)
            throws IOException {
        return new TokenizerFiles(files, families, modelConfig);
    }

    /**
     * The special tokens by the names that chat templates know them by, as {@code bos_token}: the reference's {@code special_tokens_map}.
     *
     * @throws ModelLoadingException if a file is damaged
     * @throws IOException if reading fails
     */
    public Map<String, String> specialTokens() throws IOException {
        boolean isNamed = config.has(TOKENIZER_CLASS) || files.exists(MODEL_CONFIG);
        Optional<TokenizerClass> tokenizerClass =
                isNamed ? className().flatMap(TokenizerClass::named) : Optional.empty();
        Map<String, String> tokens = new TreeMap<>();
        SpecialTokenFiles.named(files, config, tokenizerJson, tokenizerClass)
                .byName()
                .forEach((name, token) -> tokens.put(name, token.content()));
        return tokens;
    }

    /**
     * The tokenizer that the files describe.
     *
     * @param asClass whether a class that version 5 gives stages of its own has these, instead of those in tokenizer.json
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     * @throws IOException if reading fails
     */
    public Tokenizer tokenizer(boolean asClass) throws IOException {
        boolean hasMerges = files.exists(VOCABULARY_JSON) && files.exists(MERGES);
        boolean isText = tokenizerJson.isPresent() || files.exists(VOCABULARY_TXT) || hasMerges;
        // Without any of these files nobody needs config.json, unless it says that none is needed.
        boolean mayBeNamed = isText || config.has(TOKENIZER_CLASS) || files.exists(MODEL_CONFIG);
        Optional<String> name = mayBeNamed ? className() : Optional.empty();
        boolean hasVocabulary = isText
                || name.flatMap(TokenizerClass::named)
                        .flatMap(TokenizerClass::sentencePieceFile)
                        .filter(files::exists)
                        .isPresent();
        Optional<TokenizerClass> ofBytes =
                name.flatMap(TokenizerClass::named).filter(row -> row.kind() == TokenizerClass.Kind.BYTES);
        if (ofBytes.isPresent()) {
            return ofBytes(ofBytes.get());
        }
        if (!hasVocabulary && files.exists(SENTENCE_PIECE)) {
            throw new ModelLoadingException(files.describe(TOKENIZER_JSON) + ": no such file; " + SENTENCE_PIECE
                    + " alone is not read; AutoTokenizer.from_pretrained(folder).save_pretrained(folder) in Python makes the"
                    + " one of the other");
        }
        if (!hasVocabulary) {
            throw new ModelLoadingException(files.describe(TOKENIZER_JSON)
                    + ": no such file, and no vocab.txt either; a tokenizer needs one of the two, or vocab.json with"
                    + " merges.txt");
        }
        if (name.isEmpty() && tokenizerJson.isEmpty() && !files.exists(VOCABULARY_TXT)) {
            throw new ModelLoadingException(config.where() + ": tokenizer_class: expected the class that vocab.json and"
                    + " merges.txt are for, GPT2Tokenizer or RobertaTokenizer, found nothing; write it there");
        }
        try {
            if (name.isEmpty() ? tokenizerJson.isPresent() : LITERAL_CLASSES.contains(name.get())) {
                return literal(name.orElse("PreTrainedTokenizerFast"));
            }
            TokenizerClass tokenizerClass = name.map(this::supported).orElse(TokenizerClass.BERT);
            return switch (tokenizerClass.kind()) {
                case WORD_PIECE -> ofClass(tokenizerClass);
                case BYTES -> ofBytes(tokenizerClass);
                case BYTE_FALLBACK -> byteFallback(tokenizerClass, asClass);
                case SENTENCE_PIECE ->
                    tokenizerJson.isPresent() && !asClass ? byLetter(tokenizerClass) : ofPieces(tokenizerClass);
                case WORD_ENDS -> ofWordEnds(tokenizerClass);
                case WITHOUT_PUNCTUATION -> withoutPunctuation(tokenizerClass);
                case BYTE_LEVEL -> tokenizerJson.isPresent() ? byLetter(tokenizerClass) : ofMerges(tokenizerClass);
            };
        } catch (IllegalArgumentException e) {
            String otherSource = files.exists(VOCABULARY_TXT) ? VOCABULARY_TXT : VOCABULARY_JSON;
            String source = files.describe(tokenizerJson.isPresent() ? TOKENIZER_JSON : otherSource);
            throw new ModelLoadingException(source + ": " + e.getMessage(), e);
        }
    }

    /** The class that the files name, or that the model's type stands for. */
    private Optional<String> className() {
        Optional<String> named = config.string(TOKENIZER_CLASS);
        if (named.isPresent()) {
            return named;
        }
        JsonObjectReader ofModel = modelConfig.get();
        Optional<String> namedByModel = ofModel.string(TOKENIZER_CLASS);
        return namedByModel.isPresent()
                ? namedByModel
                : ofModel.string("model_type")
                        .flatMap(families::preprocessor)
                        .filter(name -> TokenizerClass.named(name).isPresent());
    }

    private TokenizerClass supported(String name) {
        return TokenizerClass.named(name)
                .orElseThrow(() -> new ModelLoadingException(config.where() + ": tokenizer_class: expected one of "
                        + TokenizerClass.names() + " (with or without Fast) or PreTrainedTokenizerFast, found " + name
                        + "; tokenizers of other kinds are not supported"));
    }

    /** A class of its own: the normalizer and the template are rebuilt from the configuration. */
    private Tokenizer ofClass(TokenizerClass tokenizerClass) throws IOException {
        Vocabulary vocabulary = tokenizerJson.isPresent()
                ? tokenizerJson.get().vocabulary()
                : Vocabulary.parse(files.readText(VOCABULARY_TXT, VOCABULARY_LIMIT));
        SpecialTokenFiles special = SpecialTokenFiles.read(files, config, tokenizerJson, Optional.of(tokenizerClass));
        TokenizerBuilder builder = Tokenizer.builder(vocabulary)
                .normalization(normalization())
                .specialTokens(special.roles())
                .addedTokens(special.addedTokens())
                .trimOffsets(tokenizerClass.trimsOffsets())
                .returnsTokenTypeIds(tokenTypes(tokenizerClass.returnsTokenTypeIds()));
        tokenizerClass.template().ifPresent(builder::templateForm);
        if (special.roles().unk() == null && vocabulary.id(NO_TOKEN).isPresent()) {
            builder.segmentation(new Segmentation.WordPiece(NO_TOKEN, "##", 100));
        }
        return common(builder).build();
    }

    // --- Byte-level vocabularies ---

    /**
     * A class whose {@code tokenizer.json} is taken by the letter, the special tokens' roles apart. The reference's classes of version 5
     * take the setting {@code add_prefix_space} from {@code tokenizer_config.json}: the two files have to agree.
     */
    private Tokenizer byLetter(TokenizerClass tokenizerClass) throws IOException {
        TokenizerJson json = tokenizerJson.orElseThrow();
        Optional<Boolean> ofFile = json.addsPrefixSpace();
        config.bool(ADD_PREFIX_SPACE).ifPresent(ofConfig -> {
            if (ofFile.isPresent() && !ofFile.get().equals(ofConfig)) {
                throw config.wrong(
                        ADD_PREFIX_SPACE,
                        ofFile.get() + ", as the pre_tokenizer in tokenizer.json has it (make the two the same)",
                        config.object().get(ADD_PREFIX_SPACE));
            }
        });
        SpecialTokenFiles special = SpecialTokenFiles.read(files, config, tokenizerJson, Optional.of(tokenizerClass));
        return common(json.builder(), special, tokenizerClass).build();
    }

    private TokenizerBuilder common(
            TokenizerBuilder builder, SpecialTokenFiles special, TokenizerClass tokenizerClass) {
        return common(builder.specialTokens(special.roles())
                        .addedTokens(special.addedTokens())
                        .returnsTokenTypeIds(tokenTypes(tokenizerClass.returnsTokenTypeIds())))
                .paddingSide(paddingSide(tokenizerClass.paddingSide()));
    }

    /**
     * LLaMA's class: {@code tokenizer.json} by the letter, as version 4 of the reference has it and any other class does. Version 5 takes
     * from the file the vocabulary, the merges, what stands around a text and the added tokens; all else is the class's own then. Neither
     * looks at {@code add_bos_token} and {@code add_eos_token} where there is such a file.
     */
    private Tokenizer byteFallback(TokenizerClass tokenizerClass, boolean asClass) throws IOException {
        TokenizerJson json = tokenizerJson.orElseThrow(() -> new ModelLoadingException(files.describe(TOKENIZER_JSON)
                + ": no such file, but the class " + tokenizerClass.name() + " needs it"));
        SpecialTokenFiles special = SpecialTokenFiles.read(files, config, tokenizerJson, Optional.of(tokenizerClass));
        TokenizerBuilder builder = json.builder();
        if (asClass) {
            asLlama(builder, json.segmentation());
        }
        return common(builder, special, tokenizerClass).build();
    }

    private void asLlama(TokenizerBuilder builder, Segmentation ofFile) {
        if (!(ofFile instanceof Segmentation.BytePair bytePair)) {
            throw new IllegalArgumentException(
                    "model.type: expected BPE, which LlamaTokenizer has, found " + ofFile.name());
        }
        boolean addsPrefixSpace = config.bool(ADD_PREFIX_SPACE, true);
        PreTokenization.Metaspace.PrependScheme scheme = PreTokenization.Metaspace.PrependScheme.NEVER;
        List<Decoding> decodings = new ArrayList<>(
                List.of(new Decoding.Replace("\u2581", " "), new Decoding.ByteFallback(), new Decoding.Fuse()));
        if (addsPrefixSpace) {
            scheme = config.bool("legacy", false)
                    ? PreTokenization.Metaspace.PrependScheme.ALWAYS
                    : PreTokenization.Metaspace.PrependScheme.FIRST;
            decodings.add(new Decoding.Strip(' ', 1, 0));
        }
        builder.segmentation(new Segmentation.BytePair(bytePair.merges(), null, true, true, false))
                .normalization(new Normalization.Sequence(List.of()))
                .preTokenization(new PreTokenization.Metaspace(0x2581, scheme, false))
                .decoding(new Decoding.Sequence(decodings));
    }

    /** A {@code vocab.json} and a {@code merges.txt}; all else is the class's. */
    private Tokenizer ofMerges(TokenizerClass tokenizerClass) throws IOException {
        requireMerges(tokenizerClass);
        Vocabulary vocabulary = vocabularyOfJson();
        List<Segmentation.Merge> merges = mergesOfText();
        SpecialTokenFiles special = SpecialTokenFiles.read(files, config, tokenizerJson, Optional.of(tokenizerClass));
        boolean addsPrefixSpace = config.bool(ADD_PREFIX_SPACE, false);
        TokenizerBuilder builder = Tokenizer.builder(vocabulary)
                .segmentation(Segmentation.BytePair.of(merges))
                .normalization(new Normalization.Sequence(List.of()))
                .preTokenization(new PreTokenization.ByteLevel(addsPrefixSpace, true))
                .specialTokens(special.roles())
                .addedTokens(special.addedTokens())
                .returnsTokenTypeIds(tokenTypes(tokenizerClass.returnsTokenTypeIds()));
        if (tokenizerClass.template().isPresent()) {
            builder.templateForm(tokenizerClass.template().get());
        } else {
            builder.template(aroundTexts(special, vocabulary));
        }
        if (tokenizerClass.trimsOffsets() && config.bool("trim_offsets", true)) {
            if (addsPrefixSpace) {
                builder.trimOffsetsButPrefix();
            } else {
                builder.trimOffsets(true);
            }
        }
        return common(builder).build();
    }

    private void requireMerges(TokenizerClass tokenizerClass) {
        for (String name : List.of(VOCABULARY_JSON, MERGES)) {
            if (!files.exists(name)) {
                throw new ModelLoadingException(files.describe(name) + ": no such file, and no tokenizer.json either; "
                        + tokenizerClass.name() + " needs that, or both vocab.json and merges.txt");
            }
        }
    }

    private Vocabulary vocabularyOfJson() throws IOException {
        return PieceModelReader.vocabularyOf(JsonObjectReader.ofFile(files, VOCABULARY_JSON, VOCABULARY_LIMIT));
    }

    private List<Segmentation.Merge> mergesOfText() throws IOException {
        return BytePairReader.merges(files.readText(MERGES, VOCABULARY_LIMIT), files.describe(MERGES));
    }

    /** CLIP's class: the vocabulary, the merges and the added tokens are the files', and all else is the class's own. */
    private Tokenizer ofWordEnds(TokenizerClass tokenizerClass) throws IOException {
        if (tokenizerJson.isEmpty()) {
            requireMerges(tokenizerClass);
        }
        Vocabulary vocabulary = tokenizerJson.isPresent() ? tokenizerJson.get().vocabulary() : vocabularyOfJson();
        List<Segmentation.Merge> merges =
                tokenizerJson.isPresent() ? ClipStages.merges(tokenizerJson.get()) : mergesOfText();
        SpecialTokenFiles special = SpecialTokenFiles.read(files, config, tokenizerJson, Optional.of(tokenizerClass));
        TokenizerBuilder builder = ClipStages.builder(vocabulary, merges, special.roles());
        return common(builder, special, tokenizerClass).build();
    }

    /** The template without cls and sep: nothing, or what {@code add_bos_token} and {@code add_eos_token} ask for. */
    private Template aroundTexts(SpecialTokenFiles special, Vocabulary vocabulary) {
        List<Template.Piece> single = new ArrayList<>();
        List<Template.Piece> pair = new ArrayList<>();
        for (int type = 0; type < 2; type++) {
            Template.Piece text = new Template.Sequence(type == 1, type);
            Optional<Template.Piece> begin =
                    asked("add_bos_token", special.roles().bos(), vocabulary, type);
            Optional<Template.Piece> end =
                    asked("add_eos_token", special.roles().eos(), vocabulary, type);
            begin.ifPresent(pair::add);
            pair.add(text);
            end.ifPresent(pair::add);
            if (type == 0) {
                single.addAll(pair);
            }
        }
        return new Template(single, pair);
    }

    private Optional<Template.Piece> asked(String key, String token, Vocabulary vocabulary, int type) {
        if (token == null || !config.bool(key, false)) {
            return Optional.empty();
        }
        return Optional.of(new Template.Special(
                vocabulary
                        .id(token)
                        .orElseThrow(() -> config.wrong(
                                key,
                                "false, as the vocabulary lacks the token \"" + token + "\"",
                                config.object().get(key))),
                type));
    }

    // --- Pieces with scores ---

    /**
     * A class with a vocabulary of SentencePiece, every stage its own. The vocabulary and the normalizer's map come from {@code
     * tokenizer.json}, or from the model file where there is no such file.
     */
    private Tokenizer ofPieces(TokenizerClass tokenizerClass) throws IOException {
        SpecialTokenFiles special = SpecialTokenFiles.read(files, config, tokenizerJson, Optional.of(tokenizerClass));
        SpecialTokens roles = special.roles();
        String source = tokenizerJson.isPresent()
                ? TOKENIZER_JSON
                : tokenizerClass.sentencePieceFile().orElseThrow();
        if (!files.exists(source)) {
            throw new ModelLoadingException(files.describe(source) + ": no such file, and no tokenizer.json either; "
                    + tokenizerClass.name() + " needs one of the two");
        }
        ScoredPieces pieces = tokenizerJson.isPresent()
                ? tokenizerJson.get().scoredPieces()
                : ScoredPieces.of(tokenizerClass.name(), SentencePieceModel.read(files, source), requireNamed(roles));
        Vocabulary vocabulary = pieces.vocabulary(files.describe(source));
        List<AddedToken> added = new ArrayList<>(special.addedTokens());
        Set<String> known = added.stream().map(AddedToken::content).collect(Collectors.toSet());
        pieces.added().stream().filter(token -> known.add(token.content())).forEach(added::add);
        TokenizerBuilder builder = Tokenizer.builder(vocabulary);
        try {
            pieces.build(builder, tokenizerClass.name(), config, roles);
            boolean ofFile = tokenizerJson.isPresent() && tokenizerClass.name().equals(ScoredPieces.ALBERT);
            builder.template(
                    ofFile
                            ? tokenizerJson.get().template()
                            : ScoredPieces.template(tokenizerClass.name(), roles, vocabulary));
            return common(builder.specialTokens(roles)
                            .addedTokens(added)
                            .returnsTokenTypeIds(tokenTypes(tokenizerClass.returnsTokenTypeIds())))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new ModelLoadingException(files.describe(source) + ": " + e.getMessage(), e);
        }
    }

    /** SigLIP's class: the model of SentencePiece, and stages of its own; a tokenizer.json is not looked at but for added tokens. */
    private Tokenizer withoutPunctuation(TokenizerClass tokenizerClass) throws IOException {
        String source = tokenizerClass.sentencePieceFile().orElseThrow();
        if (!files.exists(source)) {
            throw new ModelLoadingException(
                    files.describe(source) + ": no such file, but the class " + tokenizerClass.name() + " needs it");
        }
        SpecialTokenFiles special = SpecialTokenFiles.read(files, config, tokenizerJson, Optional.of(tokenizerClass));
        try {
            TokenizerBuilder builder = SiglipStages.builder(
                    SentencePieceModel.read(files, source),
                    files.describe(source),
                    special,
                    config.bool("do_lower_case", true));
            return common(builder, special, tokenizerClass).build();
        } catch (IllegalArgumentException e) {
            throw new ModelLoadingException(files.describe(source) + ": " + e.getMessage(), e);
        }
    }

    /** The roles of which the vocabulary is made need a token each. */
    private SpecialTokens requireNamed(SpecialTokens roles) {
        Map<String, Optional<String>> needed = new TreeMap<>(Map.of(
                "bos_token", Optional.ofNullable(roles.bos()),
                "eos_token", Optional.ofNullable(roles.eos()),
                "unk_token", Optional.ofNullable(roles.unk()),
                "pad_token", Optional.ofNullable(roles.pad()),
                "mask_token", Optional.ofNullable(roles.mask())));
        needed.forEach((role, token) -> {
            if (token.isEmpty()) {
                throw config.wrong(
                        role,
                        "a token, as it is part of the vocabulary",
                        config.object().get(role));
            }
        });
        return roles;
    }

    // --- Bytes ---

    /** The most tokens of a byte tokenizer whose files do not say. */
    private static final int BYTES_MAX_LENGTH = 2048;

    /** A class that has no vocabulary file. Of a {@code tokenizer.json}, which it never has by itself, the added tokens count. */
    private Tokenizer ofBytes(TokenizerClass tokenizerClass) throws IOException {
        SpecialTokenFiles.Named named =
                SpecialTokenFiles.named(files, config, tokenizerJson, Optional.of(tokenizerClass));
        boolean cleansUp = config.bool("clean_up_tokenization_spaces", false);
        boolean saysLength = config.object().has(MODEL_MAX_LENGTH); // null there means that there is no limit
        try {
            ByteTokens tokens = ByteTokens.of(config, named);
            return Tokenizer.builder(tokens.vocabulary())
                    .segmentation(new Segmentation.Bytes())
                    .backend(Backend.PYTHON)
                    .normalization(new Normalization.Sequence(List.of()))
                    .preTokenization(new PreTokenization.Gpt2()) // for the word ids alone
                    .decoding(
                            cleansUp
                                    ? new Decoding.Sequence(List.of(new Decoding.Bytes(), new Decoding.CleanUp()))
                                    : new Decoding.Bytes())
                    .specialTokens(SpecialTokenFiles.roles(named.byName()))
                    .addedTokens(tokens.added())
                    .templateForm(tokenizerClass.template().orElseThrow())
                    .returnsTokenTypeIds(tokenTypes(tokenizerClass.returnsTokenTypeIds()))
                    .modelMaxLength(
                            saysLength
                                    ? config.cappedNumber(MODEL_MAX_LENGTH).orElse(Tokenizer.UNLIMITED)
                                    : BYTES_MAX_LENGTH)
                    .splitSpecialTokens(config.bool("split_special_tokens", false))
                    .truncationSide(
                            TokenizerJson.side(config, "truncation_side").orElse(Side.RIGHT))
                    .paddingSide(TokenizerJson.side(config, "padding_side").orElse(Side.RIGHT))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new ModelLoadingException(config.where() + ": " + e.getMessage(), e);
        }
    }

    private Normalization normalization() {
        boolean lowercase = config.bool("do_lower_case", true);
        return new Normalization.Bert(
                true,
                config.bool("tokenize_chinese_chars", true),
                config.bool("strip_accents").orElse(lowercase),
                lowercase);
    }

    /** A tokenizer.json by the letter. */
    private Tokenizer literal(String name) throws IOException {
        TokenizerJson json = tokenizerJson.orElseThrow(() -> new ModelLoadingException(
                files.describe(TOKENIZER_JSON) + ": no such file, but the class " + name + " needs it"));
        SpecialTokenFiles special = SpecialTokenFiles.read(files, config, tokenizerJson, Optional.empty());
        return common(json.builder()
                        .specialTokens(special.roles())
                        .addedTokens(special.addedTokens())
                        .returnsTokenTypeIds(tokenTypes(false)))
                .build();
    }

    private TokenizerBuilder common(TokenizerBuilder builder) {
        return builder.modelMaxLength(config.cappedNumber(MODEL_MAX_LENGTH)
                        .or(() -> config.cappedNumber("max_len")) // its old name
                        .orElse(Tokenizer.UNLIMITED))
                .splitSpecialTokens(config.bool("split_special_tokens", false))
                .truncationSide(TokenizerJson.side(config, "truncation_side")
                        .or(() -> tokenizerJson.flatMap(TokenizerJson::truncationSide))
                        .orElse(Side.RIGHT))
                .paddingSide(paddingSide(Side.RIGHT));
    }

    private Side paddingSide(Side ofSilence) {
        return TokenizerJson.side(config, "padding_side")
                .or(() -> tokenizerJson.flatMap(TokenizerJson::paddingSide))
                .orElse(ofSilence);
    }

    /** Whether the model is to get token types: by the list of its inputs, or else by the tokenizer's class. */
    private boolean tokenTypes(boolean ofClass) {
        if (config.value(MODEL_INPUT_NAMES).isEmpty()) {
            return ofClass;
        }
        return config.array(MODEL_INPUT_NAMES).stream()
                .map(name -> config.asString(MODEL_INPUT_NAMES, name))
                .toList()
                .contains("token_type_ids");
    }
}

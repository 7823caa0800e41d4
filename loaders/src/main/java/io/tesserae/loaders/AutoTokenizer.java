package io.tesserae.loaders;

import com.google.gson.JsonElement;
import io.tesserae.arguments.Arguments;
import io.tesserae.family.Families;
import io.tesserae.loaders.files.MemoryLimit;
import io.tesserae.tokenizer.Side;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Loads a checkpoint's tokenizer the way transformers 5 does.
 *
 * <p>{@code tokenizer_config.json} names the class (else {@code config.json} does, or its model type). For BERT's and
 * DistilBERT's own classes only the vocabulary and the added tokens come from {@code tokenizer.json}, or from {@code
 * vocab.txt} where there is no such file; how the text is normalized comes from {@code tokenizer_config.json},
 * whatever {@code tokenizer.json} says. For the class {@code PreTrainedTokenizerFast}, or if none is named, {@code
 * tokenizer.json} is taken by the letter.
 */
public final class AutoTokenizer {

    private static final long CONFIG_LIMIT = 16L << 20; // chat templates make some long
    private static final long VOCABULARY_LIMIT = 64L << 20;

    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String TOKENIZER_JSON = "tokenizer.json";
    private static final String VOCABULARY_TXT = "vocab.txt";
    private static final String MODEL_INPUT_NAMES = "model_input_names";

    /** How Python writes that there is none; to the reference it is the unknown token then, if the vocabulary has it. */
    private static final String NO_TOKEN = "None";

    private static final String BERT = "BertTokenizer";
    private static final String DISTILBERT = "DistilBertTokenizer";
    private static final Set<String> BERT_CLASSES = Set.of(
            BERT, DISTILBERT, "ConvBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer", "SqueezeBertTokenizer");
    private static final Set<String> LITERAL_CLASSES = Set.of("PreTrainedTokenizerFast", "TokenizersBackend");

    private AutoTokenizer() {}

    /**
     * Loads the tokenizer in a folder.
     *
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static Tokenizer fromPretrained(String directory) {
        try {
            return fromPretrained(Path.of(Arguments.require(directory, "directory")));
        } catch (InvalidPathException e) {
            throw new ModelLoadingException(
                    "directory: expected a folder's path, found what is none: " + e.getReason(), e);
        }
    }

    /**
     * Loads the tokenizer in a folder.
     *
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static Tokenizer fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /**
     * Loads the tokenizer among a checkpoint's files.
     *
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static Tokenizer fromPretrained(ModelFiles files) {
        Arguments.require(files, "files");
        try {
            return load(files);
        } catch (IOException e) {
            throw new ModelLoadingException(
                    files.describe(TOKENIZER_CONFIG) + ": reading the tokenizer failed: " + e, e);
        } catch (OutOfMemoryError e) {
            throw new ModelLoadingException(
                    files.describe(TOKENIZER_CONFIG) + ": not enough memory for the tokenizer; "
                            + MemoryLimit.advice(e),
                    e);
        }
    }

    private static Tokenizer load(ModelFiles files) throws IOException {
        JsonObjectReader config = JsonObjectReader.ofFileIfPresent(files, TOKENIZER_CONFIG, CONFIG_LIMIT);
        Optional<TokenizerJson> tokenizerJson = files.exists(TOKENIZER_JSON)
                ? Optional.of(new TokenizerJson(JsonObjectReader.ofFile(files, TOKENIZER_JSON, VOCABULARY_LIMIT)))
                : Optional.empty();
        boolean hasVocabulary = files.exists(VOCABULARY_TXT);
        if (tokenizerJson.isEmpty() && !hasVocabulary) {
            throw new ModelLoadingException(files.describe(TOKENIZER_JSON)
                    + ": no such file, and no vocab.txt either; a tokenizer needs one of the two");
        }
        String tokenizerClass = tokenizerClass(files, config)
                .map(name -> name.endsWith("Fast") && !LITERAL_CLASSES.contains(name)
                        ? name.substring(0, name.length() - "Fast".length())
                        : name)
                .orElse(tokenizerJson.isPresent() ? "PreTrainedTokenizerFast" : BERT);
        String source = files.describe(tokenizerJson.isPresent() ? TOKENIZER_JSON : VOCABULARY_TXT);
        try {
            if (LITERAL_CLASSES.contains(tokenizerClass)) {
                TokenizerJson json =
                        tokenizerJson.orElseThrow(() -> new ModelLoadingException(files.describe(TOKENIZER_JSON)
                                + ": no such file, but the class " + tokenizerClass + " needs it"));
                return literal(files, config, json);
            }
            if (BERT_CLASSES.contains(tokenizerClass)) {
                Vocabulary vocabulary = tokenizerJson.isPresent()
                        ? tokenizerJson.get().vocabulary()
                        : Vocabulary.parse(files.readText(VOCABULARY_TXT, VOCABULARY_LIMIT));
                return bert(files, config, tokenizerJson, vocabulary)
                        .returnsTokenTypeIds(tokenTypes(config, !tokenizerClass.equals(DISTILBERT)))
                        .build();
            }
        } catch (IllegalArgumentException e) {
            throw new ModelLoadingException(source + ": " + e.getMessage(), e);
        }
        throw new ModelLoadingException(config.where() + ": tokenizer_class: expected one of "
                + String.join(", ", BERT_CLASSES.stream().sorted().toList())
                + " (with or without Fast) or PreTrainedTokenizerFast, found " + tokenizerClass
                + "; tokenizers of other kinds are not supported");
    }

    private static Optional<String> tokenizerClass(ModelFiles files, JsonObjectReader config) throws IOException {
        Optional<String> named = config.string("tokenizer_class");
        if (named.isPresent()) {
            return named;
        }
        JsonObjectReader modelConfig = JsonObjectReader.ofFileIfPresent(files, "config.json", CONFIG_LIMIT);
        Optional<String> namedByModel = modelConfig.string("tokenizer_class");
        return namedByModel.isPresent()
                ? namedByModel
                : modelConfig
                        .string("model_type")
                        .flatMap(Families.ALL::preprocessor)
                        .filter(BERT_CLASSES::contains);
    }

    /** BERT's own class: the normalizer and the template are rebuilt from the configuration. */
    private static Tokenizer.Builder bert(
            ModelFiles files, JsonObjectReader config, Optional<TokenizerJson> tokenizerJson, Vocabulary vocabulary)
            throws IOException {
        SpecialTokenFiles special = SpecialTokenFiles.read(files, config, tokenizerJson, false);
        Tokenizer.Builder builder = Tokenizer.builder(vocabulary)
                .doLowerCase(config.bool("do_lower_case", true))
                .tokenizeChineseChars(config.bool("tokenize_chinese_chars", true))
                .stripAccents(config.bool("strip_accents").orElse(null))
                .specialTokens(special.roles())
                .addedTokens(special.addedTokens());
        if (special.roles().unk() == null && vocabulary.id(NO_TOKEN).isPresent()) {
            builder.unknownToken(NO_TOKEN);
        }
        return common(builder, config, tokenizerJson);
    }

    /** A tokenizer.json by the letter. */
    private static Tokenizer literal(ModelFiles files, JsonObjectReader config, TokenizerJson tokenizerJson)
            throws IOException {
        SpecialTokenFiles special = SpecialTokenFiles.read(files, config, Optional.of(tokenizerJson), true);
        Tokenizer.Builder builder = tokenizerJson
                .builder()
                .specialTokens(special.roles())
                .addedTokens(special.addedTokens())
                .returnsTokenTypeIds(tokenTypes(config, false));
        return common(builder, config, Optional.of(tokenizerJson)).build();
    }

    private static Tokenizer.Builder common(
            Tokenizer.Builder builder, JsonObjectReader config, Optional<TokenizerJson> tokenizerJson) {
        return builder.modelMaxLength(config.cappedNumber("model_max_length")
                        .or(() -> config.cappedNumber("max_len")) // its old name
                        .orElse(Tokenizer.UNLIMITED))
                .splitSpecialTokens(config.bool("split_special_tokens", false))
                .truncationSide(side(config, "truncation_side")
                        .or(() -> tokenizerJson.flatMap(TokenizerJson::truncationSide))
                        .orElse(Side.RIGHT))
                .paddingSide(side(config, "padding_side")
                        .or(() -> tokenizerJson.flatMap(TokenizerJson::paddingSide))
                        .orElse(Side.RIGHT));
    }

    /** Whether the model is to get token types: by the list of its inputs, or else by the tokenizer's class. */
    private static boolean tokenTypes(JsonObjectReader config, boolean ofClass) {
        if (config.value(MODEL_INPUT_NAMES).isEmpty()) {
            return ofClass;
        }
        return config.array(MODEL_INPUT_NAMES).stream()
                .map(name -> config.asString(MODEL_INPUT_NAMES, name))
                .toList()
                .contains("token_type_ids");
    }

    /** {@code left} or {@code right}, written with or without a capital. */
    static Optional<Side> side(JsonObjectReader object, String key) {
        Optional<JsonElement> value = object.value(key);
        return value.map(element -> switch (object.asString(key, element)) {
            case "left", "Left" -> Side.LEFT;
            case "right", "Right" -> Side.RIGHT;
            default -> throw object.wrong(key, "left or right", element);
        });
    }
}

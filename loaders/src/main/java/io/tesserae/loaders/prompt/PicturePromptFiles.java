package io.tesserae.loaders.prompt;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.arguments.Arguments;
import io.tesserae.families.Families;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a checkpoint's files say that its prompts are written: {@code image_seq_len} in {@code processor_config.json}, and the
 * tokens that {@code tokenizer_config.json} has names for. Of the two processors only SmolVLM's heeds those names.
 */
public final class PicturePromptFiles {

    private static final long BYTE_LIMIT = 16L << 20;

    private static final String PROCESSOR_CONFIG = "processor_config.json";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String PROCESSOR_CLASS = "processor_class";

    private static final String ENDING = "_token";

    /** Tokens that every tokenizer has, which say nothing of pictures. */
    private static final List<String> ROLES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private static final String IDEFICS3 = "Idefics3Processor";
    private static final String SMOL_VLM = "SmolVLMProcessor";
    private static final String SMOL_VLM_IMAGES = "SmolVLMImageProcessor"; // of the same model types

    private static final String SEQUENCE_LENGTH = "image_seq_len";
    private static final int DEFAULT_SEQUENCE_LENGTH = 169;

    /** A 4,096-pixel tile in patches of 16. */
    private static final int LONGEST_SEQUENCE = 1 << 16;

    private PicturePromptFiles() {}

    /**
     * The prompts of a checkpoint whose model reads pictures tile by tile, Idefics3 or SmolVLM.
     *
     * @param tokenizer the checkpoint's
     * @throws ModelLoadingException if a file is damaged, names another class, or a token that the tokenizer does not know
     */
    public static TiledPicturePrompt tiled(ModelFiles files, Tokenizer tokenizer) {
        Arguments.require(files, "files");
        Arguments.require(tokenizer, "tokenizer");
        try {
            JsonObjectReader processor = JsonObjectReader.ofFileIfPresent(files, PROCESSOR_CONFIG, BYTE_LIMIT);
            TiledPicturePrompt prompt = new TiledPicturePrompt(sequenceLength(processor));
            if (heedsNames(files)) {
                Map<String, String> named = namedTokens(files);
                prompt = new TiledPicturePrompt(
                        prompt.imageSequenceLength(),
                        named.getOrDefault("image_token", prompt.image()),
                        named.getOrDefault("fake_image_token", prompt.around()),
                        named.getOrDefault("global_image_token", prompt.global()));
            }
            prompt.requireKnownTo(tokenizer);
            return prompt;
        } catch (IOException e) {
            throw new ModelLoadingException(
                    files.describe(PROCESSOR_CONFIG) + ": reading how prompts are written failed: " + e, e);
        }
    }

    private static int sequenceLength(JsonObjectReader processor) {
        if (!processor.object().has(SEQUENCE_LENGTH)) {
            return DEFAULT_SEQUENCE_LENGTH;
        }
        String expected = "a whole number from 1 to " + LONGEST_SEQUENCE;
        JsonElement found = processor.object().get(SEQUENCE_LENGTH);
        int length =
                processor.count(SEQUENCE_LENGTH).orElseThrow(() -> processor.wrong(SEQUENCE_LENGTH, expected, found));
        if (length < 1 || length > LONGEST_SEQUENCE) {
            throw processor.wrong(SEQUENCE_LENGTH, expected, found);
        }
        return length;
    }

    /** The first file that names a class counts, and where none does the model's type. */
    private static boolean heedsNames(ModelFiles files) throws IOException {
        for (String name : List.of(PROCESSOR_CONFIG, "preprocessor_config.json", TOKENIZER_CONFIG)) {
            JsonObjectReader file = JsonObjectReader.ofFileIfPresent(files, name, BYTE_LIMIT);
            Optional<String> className = file.string(PROCESSOR_CLASS);
            if (className.isPresent()) {
                file.requireOneOf(PROCESSOR_CLASS, IDEFICS3, SMOL_VLM);
                return className.get().equals(SMOL_VLM);
            }
        }
        JsonObjectReader config = JsonObjectReader.ofFileIfPresent(files, "config.json", BYTE_LIMIT);
        return config.string("model_type")
                .flatMap(Families.ALL::preprocessor)
                .filter(SMOL_VLM_IMAGES::equals)
                .isPresent();
    }

    /**
     * The tokens that have a name which ends in {@code _token}. One in an object of such tokens counts before a string that
     * stands alone, that before what {@code special_tokens_map.json} has, and that before an object with flags. The map is not
     * read where {@code added_tokens_decoder} is there.
     */
    private static Map<String, String> namedTokens(ModelFiles files) throws IOException {
        JsonObjectReader config = JsonObjectReader.ofFileIfPresent(files, TOKENIZER_CONFIG, BYTE_LIMIT);
        JsonObjectReader legacy = config.object().has("added_tokens_decoder")
                ? new JsonObjectReader(new JsonObject(), config.where(), "")
                : JsonObjectReader.ofFileIfPresent(files, "special_tokens_map.json", BYTE_LIMIT);
        Map<String, String> strings = strings(config);
        strings.keySet().removeAll(ROLES);
        Optional<JsonObjectReader> grouped =
                group(config, "extra_special_tokens").or(() -> group(config, "additional_special_tokens"));
        if (strings.isEmpty() && grouped.isEmpty()) {
            grouped = group(config, "model_specific_special_tokens");
        }
        Map<String, String> tokens = objects(config, "__type");
        tokens.putAll(objects(legacy, "content"));
        tokens.putAll(strings(legacy));
        tokens.putAll(strings);
        grouped.ifPresent(group -> tokens.putAll(all(group)));
        group(legacy, "extra_special_tokens").ifPresent(group -> tokens.putAll(all(group)));
        return tokens;
    }

    private static Optional<JsonObjectReader> group(JsonObjectReader file, String key) {
        return file.value(key).filter(JsonObject.class::isInstance).map(value -> file.asObject(key, value));
    }

    /** All of a group, whatever their names: the reference takes nothing else there. */
    private static Map<String, String> all(JsonObjectReader group) {
        Map<String, String> tokens = new HashMap<>();
        for (String key : group.keys()) {
            JsonElement value = group.object().get(key);
            String content = value instanceof JsonObject object && object.has("__type")
                    ? group.asObject(key, value).requireString("content")
                    : group.asString(key, value);
            tokens.put(key, requireSome(group, key, content));
        }
        return tokens;
    }

    private static Map<String, String> strings(JsonObjectReader file) {
        Map<String, String> tokens = new HashMap<>();
        for (String key : file.keys()) {
            JsonElement value = file.object().get(key);
            if (key.endsWith(ENDING) && value instanceof JsonPrimitive primitive && primitive.isString()) {
                tokens.put(key, requireSome(file, key, primitive.getAsString()));
            }
        }
        return tokens;
    }

    /** @param mark the key by which an object is known to be a token */
    private static Map<String, String> objects(JsonObjectReader file, String mark) {
        Map<String, String> tokens = new HashMap<>();
        for (String key : file.keys()) {
            JsonElement value = file.object().get(key);
            if (key.endsWith(ENDING) && value instanceof JsonObject object && object.has(mark)) {
                JsonObjectReader token = file.asObject(key, value);
                tokens.put(key, requireSome(token, "content", token.requireString("content")));
            }
        }
        return tokens;
    }

    private static String requireSome(JsonObjectReader in, String key, String content) {
        if (content.isEmpty()) {
            throw in.wrong(key, "a token that is not empty", new JsonPrimitive(content));
        }
        return content;
    }
}

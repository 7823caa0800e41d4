package io.tesserae.loaders.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.SpecialTokens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The special and added tokens of a checkpoint, which four generations of files describe: {@code
 * added_tokens_decoder} in {@code tokenizer_config.json} settles it; without one, {@code special_tokens_map.json},
 * {@code added_tokens.json} and {@code tokenizer.json} are put together.
 *
 * @param byName the tokens that have a role, {@code sep_token} and the like
 * @param addedTokens all of them, in the order in which those that the vocabulary lacks get their ids; of a token that is there
 *     twice, the second is how it is found
 */
record SpecialTokenFiles(Map<String, AddedToken> byName, List<AddedToken> addedTokens) {

    private static final long LIMIT = 16L << 20;

    /** The roles, in the reference's order. */
    static final List<String> ROLES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    /** The tokens with a role; null where there is none. */
    SpecialTokens roles() {
        return roles(byName);
    }

    /** Tokens by their roles; null where there is none. */
    static SpecialTokens roles(Map<String, AddedToken> byName) {
        return new SpecialTokens(
                content(byName, "unk_token"),
                content(byName, "sep_token"),
                content(byName, "pad_token"),
                content(byName, "cls_token"),
                content(byName, "mask_token"),
                content(byName, "bos_token"),
                content(byName, "eos_token"));
    }

    private static String content(Map<String, AddedToken> byName, String role) {
        AddedToken token = byName.get(role);
        return token == null ? null : token.content();
    }

    /**
     * Reads them.
     *
     * @param tokenizerClass what counts where no file speaks of a token; empty where that is {@code tokenizer.json} by the letter
     */
    static SpecialTokenFiles read(
            ModelFiles files,
            JsonObjectReader config,
            Optional<TokenizerJson> tokenizerJson,
            Optional<TokenizerClass> tokenizerClass)
            throws IOException {
        return ordered(named(files, config, tokenizerJson, tokenizerClass), tokenizerJson, tokenizerClass.isEmpty());
    }

    /**
     * The tokens that the files name.
     *
     * @param byName by their roles, with those of the class where no file speaks of a role
     * @param extra the special ones without a role
     * @param byId those whose ids are written
     */
    record Named(Map<String, AddedToken> byName, List<AddedToken> extra, Map<Integer, AddedToken> byId) {}

    /** Reads what the files name. */
    static Named named(
            ModelFiles files,
            JsonObjectReader config,
            Optional<TokenizerJson> tokenizerJson,
            Optional<TokenizerClass> tokenizerClass)
            throws IOException {
        Map<String, AddedToken> byName = new LinkedHashMap<>();
        Set<String> absent = new HashSet<>();
        List<AddedToken> extra = new ArrayList<>();
        Map<Integer, AddedToken> byId = new TreeMap<>();
        collect(config, tokenizerClass, byName, absent, extra);
        Optional<JsonObjectReader> decoder = config.child("added_tokens_decoder");
        if (decoder.isPresent()) {
            readDecoder(decoder.get(), byId);
        } else {
            collect(
                    JsonObjectReader.ofFileIfPresent(files, "special_tokens_map.json", LIMIT),
                    tokenizerClass,
                    byName,
                    absent,
                    extra);
            readAddedTokens(JsonObjectReader.ofFileIfPresent(files, "added_tokens.json", LIMIT), byName, extra, byId);
            tokenizerJson.ifPresent(json -> byId.putAll(json.addedTokens()));
        }
        ofSilence(tokenizerJson, tokenizerClass).forEach((role, token) -> {
            if (!absent.contains(role)) {
                byName.putIfAbsent(role, token);
            }
        });
        return new Named(byName, extra, byId);
    }

    /** In the order in which those that the vocabulary lacks get their ids. */
    private static SpecialTokenFiles ordered(Named files, Optional<TokenizerJson> tokenizerJson, boolean literal) {
        Map<String, AddedToken> byName = files.byName();
        Map<Integer, AddedToken> byId = files.byId();
        Map<String, AddedToken> ordered = new LinkedHashMap<>();
        if (literal) { // the tokenizer was whole before the other files were looked at
            tokenizerJson.ifPresent(json -> json.addedTokens().values().forEach(t -> ordered.put(t.content(), t)));
        }
        Set<String> named = byName.values().stream().map(AddedToken::content).collect(Collectors.toSet());
        byId.values()
                .forEach(token ->
                        ordered.put(token.content(), named.contains(token.content()) ? token.asSpecial() : token));
        Set<String> known = Set.copyOf(ordered.keySet());
        for (String role : ROLES) {
            if (byName.containsKey(role)) {
                ordered.putIfAbsent(byName.get(role).content(), byName.get(role).asSpecial());
            }
        }
        byName.values().forEach(token -> ordered.putIfAbsent(token.content(), token.asSpecial()));
        for (AddedToken token : files.extra()) { // its flags count, though the token has a role
            if (!known.contains(token.content())) {
                ordered.put(token.content(), named.contains(token.content()) ? token.asSpecial() : token);
            }
        }
        List<AddedToken> added = new ArrayList<>();
        if (literal) { // there first, and then again as the other files have them: how they are decoded is settled by
            // then
            tokenizerJson.ifPresent(json -> added.addAll(json.addedTokens().values()));
        }
        added.addAll(ordered.values());
        return new SpecialTokenFiles(byName, List.copyOf(added));
    }

    /** The tokens that count where no file speaks of them. */
    private static Map<String, AddedToken> ofSilence(
            Optional<TokenizerJson> tokenizerJson, Optional<TokenizerClass> tokenizerClass) {
        return tokenizerClass
                .map(TokenizerClass::specialTokens)
                .orElseGet(() -> tokenizerJson
                        .flatMap(TokenizerJson::paddingToken)
                        .map(token -> Map.of("pad_token", AddedToken.special(token)))
                        .orElse(Map.of()));
    }

    /**
     * Takes the roles and the further special tokens that a file names; a later file's count. A role that is null joins the absent
     * ones: there is no such token, not even where there is one by default.
     */
    private static void collect(
            JsonObjectReader object,
            Optional<TokenizerClass> tokenizerClass,
            Map<String, AddedToken> byName,
            Set<String> absent,
            List<AddedToken> extra) {
        for (String key : object.keys()) {
            Optional<JsonElement> value = object.value(key);
            boolean isToken = value.filter(v -> v instanceof JsonObject
                            || v.isJsonPrimitive() && v.getAsJsonPrimitive().isString())
                    .isPresent();
            if (key.endsWith("_token") && (isToken || ROLES.contains(key) && value.isPresent())) {
                AddedToken token = token(object, key, value.get(), true);
                boolean textAlone = !(value.get() instanceof JsonObject);
                byName.put(
                        key,
                        textAlone && tokenizerClass.isPresent()
                                ? tokenizerClass.get().written(key, token.content())
                                : token);
                absent.remove(key);
            } else if (ROLES.contains(key)) {
                byName.remove(key);
                absent.add(key);
            }
        }
        for (String key : List.of("extra_special_tokens", "additional_special_tokens")) {
            List<AddedToken> found = list(object, key, byName);
            if (!found.isEmpty()) {
                extra.addAll(found);
                return; // the second is the first's old name
            }
        }
    }

    /** A list of tokens, or an object of tokens with names of their own, which joins the roles. */
    private static List<AddedToken> list(JsonObjectReader object, String key, Map<String, AddedToken> byName) {
        List<AddedToken> tokens = new ArrayList<>();
        Optional<JsonElement> value = object.value(key);
        if (value.isPresent() && value.get() instanceof JsonObject named) {
            JsonObjectReader reader = object.asObject(key, named);
            reader.keys()
                    .forEach(name ->
                            reader.value(name).ifPresent(token -> byName.put(name, token(reader, name, token, true))));
        } else if (value.isPresent() && value.get() instanceof JsonArray array) {
            for (JsonElement element : array) {
                tokens.add(token(object, key + "[" + tokens.size() + "]", element, true));
            }
        } else if (value.isPresent()) {
            throw object.wrong(key, "an array or an object", value.get());
        }
        return tokens;
    }

    /** {@code {"30522": {"content": "<x>", ...}}}. */
    private static void readDecoder(JsonObjectReader decoder, Map<Integer, AddedToken> byId) {
        for (String id : decoder.keys()) {
            JsonElement value = decoder.value(id).orElse(null);
            if (id.isEmpty() || id.length() > 9 || !id.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw decoder.wrong(id, "an id as the key", value);
            }
            byId.put(Integer.parseInt(id), TokenizerJson.token(decoder.asObject(id, value), false));
        }
    }

    /** {@code {"<x>": 30522}}. */
    private static void readAddedTokens(
            JsonObjectReader ids,
            Map<String, AddedToken> byName,
            List<AddedToken> extra,
            Map<Integer, AddedToken> byId) {
        Set<String> special = new HashSet<>();
        byName.values().forEach(token -> special.add(token.content()));
        extra.forEach(token -> special.add(token.content()));
        for (String content : ids.keys()) {
            TokenizerJson.requireContent(ids, content, content);
            byId.put(
                    ids.requireCount(content),
                    special.contains(content) ? AddedToken.special(content) : AddedToken.plain(content));
        }
    }

    /** A token written as a string, or as an object with flags. */
    private static AddedToken token(JsonObjectReader object, String key, JsonElement value, boolean special) {
        if (value instanceof JsonObject) {
            return TokenizerJson.token(object.asObject(key, value), special);
        }
        return AddedToken.special(TokenizerJson.requireContent(object, key, object.asString(key, value)));
    }
}

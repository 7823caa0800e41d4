package io.tesserae.loaders.tokenizer;

import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tokens of {@code PerceiverTokenizer}, which has no vocabulary file: six special tokens with the ids 0 to 5, the byte b with the id
 * b + 6, and after these whatever was added.
 *
 * <p>Source: {@code transformers/models/perceiver/tokenization_perceiver.py} on {@code tokenization_python.py}, version 5.18.
 *
 * @param vocabulary the bytes, and the tokens whose ids are settled
 * @param added all tokens that are no bytes, in the order in which those without an id get one
 */
record ByteTokens(Vocabulary vocabulary, List<AddedToken> added) {

    /** The roles by their ids. */
    private static final List<String> SLOTS =
            List.of("pad_token", "bos_token", "eos_token", "mask_token", "cls_token", "sep_token");

    private static final int BYTES = 256;

    /**
     * Puts them together.
     *
     * @param config what a refusal names
     * @param files the tokens that the files name
     */
    static ByteTokens of(JsonObjectReader config, SpecialTokenFiles.Named files) {
        Set<String> special = new HashSet<>();
        files.byName().values().forEach(token -> special.add(token.content()));
        files.extra().forEach(token -> special.add(token.content()));
        Map<String, AddedToken> byContent = new HashMap<>();
        files.byId().values().forEach(token -> byContent.put(token.content(), token));
        Map<Integer, AddedToken> byId = new TreeMap<>();
        for (int id = 0; id < SLOTS.size(); id++) {
            AddedToken token = files.byName().get(SLOTS.get(id));
            if (token == null) {
                throw config.wrong(
                        SLOTS.get(id),
                        "a token, as PerceiverTokenizer has one of the id " + id,
                        config.object().get(SLOTS.get(id)));
            }
            byId.put(id, byContent.getOrDefault(token.content(), token));
        }
        byId.putAll(files.byId());
        HashMap<String, Integer> ids = new HashMap<>();
        for (int value = 0; value < BYTES; value++) {
            ids.put(String.valueOf((char) value), SLOTS.size() + value);
        }
        List<AddedToken> added = new ArrayList<>();
        byId.forEach((id, token) -> {
            requireFree(id, token, ids);
            ids.put(token.content(), id);
            added.add(found(token, special));
        });
        for (String role : SpecialTokenFiles.ROLES) {
            addNew(files.byName().get(role), added);
        }
        files.byName().values().forEach(token -> addNew(token, added));
        files.extra().forEach(token -> addNew(token, added));
        return new ByteTokens(Vocabulary.of(ids), List.copyOf(added));
    }

    /** A token whose id no file says: its text alone counts, however it is written. */
    private static void addNew(AddedToken token, List<AddedToken> added) {
        if (token != null && added.stream().noneMatch(other -> other.content().equals(token.content()))) {
            added.add(AddedToken.special(token.content()));
        }
    }

    /** Special is what has a role or is listed, whatever its own flag says; and there is nothing to normalize. */
    private static AddedToken found(AddedToken token, Set<String> special) {
        return new AddedToken(
                token.content(),
                token.singleWord(),
                token.leftStrip(),
                token.rightStrip(),
                false,
                special.contains(token.content()));
    }

    private static void requireFree(int id, AddedToken token, Map<String, Integer> ids) {
        Integer other = ids.get(token.content());
        if (other != null && other != id) {
            throw new IllegalArgumentException("the token \"" + token.content() + "\" has the ids "
                    + Math.min(id, other) + " and " + Math.max(id, other)
                    + ", expected one; the six roles and the added"
                    + " tokens need a text each, and none the name of a byte");
        }
        boolean isByte = id >= SLOTS.size() && id < SLOTS.size() + BYTES;
        if (isByte && other == null) {
            throw new IllegalArgumentException("the added token \"" + token.content() + "\" has the id " + id
                    + ", which is that of the byte " + (id - SLOTS.size()) + "; expected " + (SLOTS.size() + BYTES)
                    + " or more");
        }
    }
}

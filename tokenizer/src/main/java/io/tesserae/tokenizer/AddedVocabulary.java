package io.tesserae.tokenizer;

import io.tesserae.tokenizer.text.AddedTokenFinder;
import io.tesserae.tokenizer.text.NormalizerStep;
import io.tesserae.tokenizer.text.PythonTokenFinder;
import io.tesserae.tokenizer.text.TokenFinder;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The added tokens of a tokenizer and their ids, on top of the vocabulary's. Immutable. */
final class AddedVocabulary {

    private final Vocabulary vocabulary;
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final Map<Integer, AddedToken> tokens = new LinkedHashMap<>();
    private final String[] tokensById; // those of the vocabulary too; null where there is none
    /** Of tokens that are normalized, or once were: in the reference they look so in decoded text for good. */
    private final Map<Integer, String> normalizedContents = new HashMap<>();

    private final Set<String> specialContents = new HashSet<>();
    private final int size;

    /**
     * Gives each token an id: its own where the vocabulary has it, else the next after the vocabulary. A token that
     * comes twice keeps its id, and the second one's flags count; but once special, it stays so.
     */
    AddedVocabulary(Vocabulary vocabulary, List<AddedToken> added, NormalizerStep normalizer) {
        this.vocabulary = vocabulary;
        int next = vocabulary.size();
        for (AddedToken token : added) {
            OptionalInt known = id(token.content());
            int id = known.isPresent() ? known.getAsInt() : next++;
            ids.put(token.content(), id);
            if (token.special()) {
                specialContents.add(token.content());
            }
            tokens.put(id, specialContents.contains(token.content()) ? token.asSpecial() : token);
            if (token.normalized()) {
                normalizedContents.put(id, normalize(token, normalizer));
            }
        }
        this.size = vocabulary.size()
                + (int) ids.keySet().stream()
                        .filter(content -> vocabulary.id(content).isEmpty())
                        .count();
        this.tokensById = tokensById();
    }

    /** The vocabulary's own array where it has all tokens, which it mostly has. */
    private String[] tokensById() {
        String[] all = vocabulary.tokensById();
        for (Map.Entry<Integer, AddedToken> entry : tokens.entrySet()) {
            int id = entry.getKey();
            String content = entry.getValue().content();
            if (!content.equals(vocabulary.token(id))) {
                if (all == vocabulary.tokensById() || id >= all.length) {
                    all = Arrays.copyOf(all, Math.max(Math.max(all.length, size), id + 1));
                }
                all[id] = content;
            }
        }
        return all;
    }

    private static String normalize(AddedToken token, NormalizerStep normalizer) {
        String content = normalizer.normalize(token.content());
        if (content.isEmpty()) {
            throw new IllegalArgumentException("nothing is left of the added token \"" + token.content()
                    + "\" once it is normalized; add it with normalized = false");
        }
        return content;
    }

    /** How many tokens there are with those of the vocabulary. */
    int size() {
        return size;
    }

    /** All tokens with those of the vocabulary. */
    Map<String, Integer> ids() {
        HashMap<String, Integer> all = new HashMap<>(vocabulary.ids());
        all.putAll(ids);
        return Collections.unmodifiableMap(all);
    }

    Map<Integer, AddedToken> addedTokens() {
        return Collections.unmodifiableMap(tokens);
    }

    OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id != null ? OptionalInt.of(id) : vocabulary.id(token);
    }

    /** The token with this id, or null where there is none. */
    String token(int id) {
        return id >= 0 && id < tokensById.length ? tokensById[id] : null;
    }

    /** The token as it looks in decoded text, or null where there is none. */
    String decodedToken(int id) {
        String normalized = normalizedContents.get(id);
        return normalized != null ? normalized : token(id);
    }

    boolean isSpecial(int id) {
        AddedToken added = tokens.get(id);
        return added != null && added.special();
    }

    /**
     * Whether a token is left out when a text is decoded without special tokens. The reference asks this of what the
     * token looks like, so a special token that normalizing has changed, {@code [mask]} of {@code [MASK]}, stays in.
     */
    boolean isSkipped(String decodedToken) {
        return specialContents.contains(decodedToken);
    }

    /** Finds those tokens that are found in the raw text. */
    AddedTokenFinder rawFinder(boolean ignoreSpecialTokens) {
        Map<String, AddedTokenFinder.Entry> patterns = new HashMap<>();
        tokens.forEach((id, token) -> {
            if (!token.normalized()) {
                patterns.put(token.content(), entry(id, token));
            }
        });
        return new AddedTokenFinder(patterns, ignoreSpecialTokens);
    }

    /** Finds those tokens that are found in the normalized text. */
    AddedTokenFinder normalizedFinder(boolean ignoreSpecialTokens) {
        Map<String, AddedTokenFinder.Entry> patterns = new HashMap<>();
        normalizedContents.forEach((id, content) -> {
            AddedToken token = tokens.get(id);
            if (!token.normalized()) {
                return;
            }
            AddedTokenFinder.Entry other = patterns.put(content, entry(id, token));
            if (other != null) {
                throw new IllegalArgumentException("the added tokens \""
                        + tokens.get(other.id()).content() + "\" and \"" + token.content() + "\" are the same, \""
                        + content + "\", once they are normalized");
            }
        });
        return new AddedTokenFinder(patterns, ignoreSpecialTokens);
    }

    /** Finds all tokens in the raw text, as {@link Backend#PYTHON} does; none where special ones are to be ignored. */
    TokenFinder pythonFinder(boolean ignoreSpecialTokens) {
        Map<String, AddedTokenFinder.Entry> patterns = new HashMap<>();
        if (!ignoreSpecialTokens) {
            tokens.forEach((id, token) -> patterns.put(token.content(), entry(id, token)));
        }
        return new PythonTokenFinder(patterns);
    }

    private static AddedTokenFinder.Entry entry(int id, AddedToken token) {
        return new AddedTokenFinder.Entry(
                id, token.singleWord(), token.leftStrip(), token.rightStrip(), token.special());
    }
}

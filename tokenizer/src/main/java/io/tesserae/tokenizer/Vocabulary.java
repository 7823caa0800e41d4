package io.tesserae.tokenizer;

import io.tesserae.tokenizer.text.UnicodeTables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tokens that a model knows, each with its id. Immutable.
 *
 * <p>Ids need not be dense: a {@code tokenizer.json} may leave holes, a {@code vocab.txt} with a token on two lines
 * does.
 */
public final class Vocabulary {

    /** Far above any vocabulary there is; keeps a hostile file from asking for gigabytes. */
    private static final int LARGEST_ID = (1 << 24) - 1;

    /** The table of ids may have this many places, and so many more for each token: one token alone asks for no 16 million. */
    private static final int FREE_IDS = 1 << 20;

    private static final int IDS_PER_TOKEN = 16;

    private final Map<String, Integer> ids;
    private final String[] tokens; // by id; null where there is none

    /** Keeps the map it is given. A HashMap: Map.copyOf takes minutes where tokens are single characters in a row. */
    private Vocabulary(HashMap<String, Integer> ids) {
        int limit = (int) Math.min(LARGEST_ID, FREE_IDS + (long) IDS_PER_TOKEN * ids.size() - 1);
        int largest = -1;
        for (Map.Entry<String, Integer> entry : ids.entrySet()) {
            int id = entry.getValue();
            if (id < 0 || id > limit) {
                throw new IllegalArgumentException("the token \"" + entry.getKey() + "\" has the id " + id
                        + ", expected one from 0 to " + limit + " in a vocabulary of " + ids.size() + " tokens");
            }
            largest = Math.max(largest, id);
        }
        this.ids = ids;
        this.tokens = new String[largest + 1];
        ids.forEach((token, id) -> {
            if (tokens[id] != null) {
                throw new IllegalArgumentException(
                        "the tokens \"" + tokens[id] + "\" and \"" + token + "\" have the same id " + id);
            }
            tokens[id] = token;
        });
    }

    /**
     * A vocabulary from a table.
     *
     * @param ids every token's id, no two the same: from 0 to 1,048,575 and 16 more for each token, at most to 16,777,215
     * @throws IllegalArgumentException if an id is out of range or belongs to two tokens
     */
    public static Vocabulary of(Map<String, Integer> ids) {
        Arguments.require(ids, "ids");
        return new Vocabulary(new HashMap<>(ids));
    }

    /**
     * A vocabulary in which a token's id is its place in the list; where a token is there twice, the last place
     * counts.
     */
    public static Vocabulary of(List<String> tokens) {
        Arguments.require(tokens, "tokens");
        HashMap<String, Integer> ids = HashMap.newHashMap(tokens.size());
        for (int id = 0; id < tokens.size(); id++) {
            ids.put(tokens.get(id), id);
        }
        return new Vocabulary(ids);
    }

    /**
     * A vocabulary from the text of a {@code vocab.txt}: one token a line, its id the line's number from 0.
     *
     * <p>Lines end at {@code \n} and nowhere else (a token may well be U+2028 or U+0085), whitespace at a line's end
     * is no part of the token, and a blank line counts.
     */
    public static Vocabulary parse(String vocabTxt) {
        Arguments.require(vocabTxt, "vocabTxt");
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < vocabTxt.length(); ) {
            int end = vocabTxt.indexOf('\n', start);
            end = end < 0 ? vocabTxt.length() : end;
            lines.add(withoutTrailingWhitespace(vocabTxt, start, end));
            start = end + 1;
        }
        return of(lines);
    }

    private static String withoutTrailingWhitespace(String text, int start, int end) {
        int last = end;
        while (last > start && UnicodeTables.INSTANCE.is(text.charAt(last - 1), UnicodeTables.WHITESPACE)) {
            last--;
        }
        return text.substring(start, last);
    }

    /** How many tokens there are. */
    public int size() {
        return ids.size();
    }

    /** A token's id, if it is in the vocabulary. */
    public OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    Map<String, Integer> ids() {
        return ids;
    }

    /** The token with this id, or null where there is none. */
    String token(int id) {
        return id >= 0 && id < tokens.length ? tokens[id] : null;
    }

    /** The tokens by id, null where there is none. The vocabulary's own array: to be read, not changed. */
    String[] tokensById() {
        return tokens;
    }
}

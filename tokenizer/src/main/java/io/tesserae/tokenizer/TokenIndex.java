package io.tesserae.tokenizer;

import java.util.Arrays;

/**
 * Finds the longest token that a stretch of text begins with, without making a string of any candidate.
 *
 * <p>An open-addressing hash table over the tokens' characters. The hash of every prefix of a stretch falls out of one
 * pass over it, so each candidate costs one probe, and the candidate that usually wins, the whole word, is the first.
 *
 * <p>Measured on the words of 20,000 SST-2 phrases with BERT's vocabulary (JDK 25, one core, ns a word): this table
 * 60, a trie in a table of (node, character) 106, a {@code HashMap} of strings asked with substrings 93. A trie pays
 * a probe for every character; here most words are one.
 */
final class TokenIndex {

    private static final int NOTHING = -1;

    /**
     * Slots that are looked at for one token. 32 at most in BERT's vocabularies, and in a million numbers or random words; whoever
     * writes a vocabulary of equal hashes could make it as many as there are tokens, and loading take hours.
     */
    private static final int LONGEST_CHAIN = 256;

    private final char[] characters; // of all tokens, one after the other
    private final int[] starts; // of entry i: [starts[i], starts[i + 1])
    private final int[] ids; // of entry i
    private final int[] slots; // entry or NOTHING; a power of two of them, at most half full
    private final int shift;
    private final int longest;

    /**
     * @param vocabulary whose tokens to find
     * @param prefix only tokens that begin so are found, and without it: {@code ##} for the pieces inside a word
     */
    TokenIndex(Vocabulary vocabulary, String prefix) {
        int count = 0;
        int length = 0;
        for (int id = 0; id < vocabulary.idLimit(); id++) {
            String token = vocabulary.token(id);
            if (token != null && token.length() > prefix.length() && token.startsWith(prefix)) {
                count++;
                length += token.length() - prefix.length();
            }
        }
        int capacity = Integer.highestOneBit(Math.max(count, 1)) * 4;
        this.characters = new char[length];
        this.starts = new int[count + 1];
        this.ids = new int[count];
        this.slots = new int[capacity];
        this.shift = 32 - Integer.numberOfTrailingZeros(capacity);
        Arrays.fill(slots, NOTHING);

        int entry = 0;
        int longestSoFar = 0;
        for (int id = 0; id < vocabulary.idLimit(); id++) {
            String token = vocabulary.token(id);
            if (token != null && token.length() > prefix.length() && token.startsWith(prefix)) {
                token.getChars(prefix.length(), token.length(), characters, starts[entry]);
                starts[entry + 1] = starts[entry] + token.length() - prefix.length();
                ids[entry] = id;
                insert(entry);
                longestSoFar = Math.max(longestSoFar, token.length() - prefix.length());
                entry++;
            }
        }
        this.longest = longestSoFar;
    }

    private void insert(int entry) {
        int hash = 0;
        for (int i = starts[entry]; i < starts[entry + 1]; i++) {
            hash = extend(hash, characters[i]);
        }
        int slot = slot(hash);
        for (int chain = 0; slots[slot] != NOTHING; chain++) {
            if (chain == LONGEST_CHAIN) {
                throw new IllegalArgumentException("more than " + LONGEST_CHAIN
                        + " tokens fall into one place of the hash table: this vocabulary was made to be slow");
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = entry;
    }

    /** The length in chars of the longest token here: no more prefixes than this need a hash. */
    int longest() {
        return longest;
    }

    /**
     * The longest token that {@code text[from, to)} begins with.
     *
     * @param prefixHashes scratch, at least {@link #longest()} long
     * @return the entry, for {@link #id} and {@link #length}; or -1 if the text begins with no token
     */
    int longestMatch(char[] text, int from, int to, int[] prefixHashes) {
        int end = Math.min(to, from + longest);
        int hash = 0;
        for (int i = from; i < end; i++) {
            hash = extend(hash, text[i]);
            prefixHashes[i - from] = hash;
        }
        for (; end > from; end--) {
            int entry = find(prefixHashes[end - from - 1], text, from, end);
            if (entry != NOTHING) {
                return entry;
            }
        }
        return NOTHING;
    }

    int id(int entry) {
        return ids[entry];
    }

    int length(int entry) {
        return starts[entry + 1] - starts[entry];
    }

    private int find(int hash, char[] text, int from, int to) {
        for (int slot = slot(hash); ; slot = (slot + 1) & (slots.length - 1)) {
            int entry = slots[slot];
            if (entry == NOTHING || Arrays.equals(characters, starts[entry], starts[entry + 1], text, from, to)) {
                return entry;
            }
        }
    }

    private static int extend(int hash, char next) {
        return 31 * hash + next;
    }

    /**
     * The high bits of a multiplication by 2^32 over the golden ratio: neighbours in hash are far apart in the table.
     */
    private int slot(int hash) {
        return (hash * 0x9E3779B9) >>> shift;
    }
}

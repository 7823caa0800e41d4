package io.tesserae.tokenizer.piece;

import java.util.Arrays;

/**
 * Finds the longest token that a stretch of text begins with, without making a string of any candidate.
 *
 * <p>An open-addressing hash table over the tokens' characters. The hash of every prefix of a stretch falls out of one
 * pass over it, so each candidate costs one probe, and the candidate that usually wins, the whole word, is the first.
 * Where it does not win, a table says which lengths there are at all among the tokens with these two first characters.
 *
 * <p>Measured with BERT's uncased vocabulary (JDK 25, one core). On the words of 20,000 SST-2 phrases, ns a word: a table
 * of this kind 60, a trie in a table of (node, character) 106, a {@code HashMap} of strings asked with substrings 93. A
 * trie pays a probe for every character; here most words are one. On whole encodings, ns a character of English and of
 * text in 24 languages: without the lengths 12.4 and 57, with them 11.9 and 41. Lengths looked up before the whole word is
 * tried instead of after it: 5 to 8 % slower on SST-2. The hash beside the entry in the slot, so that a probe that fails touches
 * nothing else, and the look at first characters in {@link io.tesserae.tokenizer.text.AddedTokenFinder}: together another 22 % and 25 % off. A loop of our
 * own in place of {@link Arrays#equals} made no difference.
 */
public final class TokenIndex {

    private static final int NOTHING = -1;

    /**
     * Slots that are looked at for one token. 32 at most in BERT's vocabularies, and in a million numbers or random words; whoever
     * writes a vocabulary of equal hashes could make it as many as there are tokens, and loading take hours.
     */
    private static final int LONGEST_CHAIN = 256;

    private static final int START_BITS = 12;
    private static final int LONG = Integer.SIZE; // lengths from here on share a bit

    private final char[] characters; // of all tokens, one after the other
    private final int[] starts; // of entry i: [starts[i], starts[i + 1])
    private final int[] ids; // of entry i
    private final long[] slots; // a hash and its entry, or NOTHING; a power of two of them, at most half full
    private final int shift;
    private final int longest;
    private final int[] lengths = new int[1 << START_BITS]; // by the hash of two characters that tokens begin with

    /**
     * @param tokens by id, which to find; null where there is none
     * @param prefix only tokens that begin so are found, and without it: {@code ##} for the pieces inside a word
     */
    public TokenIndex(String[] tokens, String prefix) {
        int count = 0;
        int length = 0;
        for (String token : tokens) {
            if (token != null && token.length() > prefix.length() && token.startsWith(prefix)) {
                count++;
                length += token.length() - prefix.length();
            }
        }
        int capacity = Integer.highestOneBit(Math.max(count, 1)) * 4;
        this.characters = new char[length];
        this.starts = new int[count + 1];
        this.ids = new int[count];
        this.slots = new long[capacity];
        this.shift = 32 - Integer.numberOfTrailingZeros(capacity);
        Arrays.fill(slots, NOTHING);

        int entry = 0;
        int longestSoFar = 0;
        for (int id = 0; id < tokens.length; id++) {
            String token = tokens[id];
            if (token != null && token.length() > prefix.length() && token.startsWith(prefix)) {
                token.getChars(prefix.length(), token.length(), characters, starts[entry]);
                starts[entry + 1] = starts[entry] + token.length() - prefix.length();
                ids[entry] = id;
                insert(entry);
                longestSoFar = Math.max(longestSoFar, length(entry));
                entry++;
            }
        }
        this.longest = longestSoFar;
    }

    private void insert(int entry) {
        int hash = 0;
        for (int i = starts[entry]; i < starts[entry + 1]; i++) {
            hash = extend(hash, characters[i]);
            if (i == starts[entry] + 1) {
                lengths[start(hash)] |= lengthBit(length(entry));
            }
        }
        int slot = slot(hash);
        for (int chain = 0; slots[slot] != NOTHING; chain++) {
            if (chain == LONGEST_CHAIN) {
                throw new IllegalArgumentException("more than " + LONGEST_CHAIN
                        + " tokens fall into one place of the hash table: this vocabulary was made to be slow");
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = (long) hash << 32 | entry;
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
        int length = Math.min(to - from, longest);
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = extend(hash, text[from + i]);
            prefixHashes[i] = hash;
        }
        int entry = length == 0 ? NOTHING : find(hash, text, from, length);
        if (entry != NOTHING || length <= 1) {
            return entry;
        }
        int candidates = lengths[start(prefixHashes[1])];
        for (length--; length > 1; length--) {
            if ((candidates & lengthBit(length)) != 0) {
                entry = find(prefixHashes[length - 1], text, from, length);
                if (entry != NOTHING) {
                    return entry;
                }
            }
        }
        return find(prefixHashes[0], text, from, 1);
    }

    /**
     * The token that {@code text[from, to)} is.
     *
     * @return the entry; or -1 if there is none
     */
    int exactMatch(char[] text, int from, int to) {
        if (to - from > longest) {
            return NOTHING;
        }
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = extend(hash, text[i]);
        }
        return find(hash, text, from, to - from);
    }

    /** The id of the token that {@code text[from, to)} is; or -1 if there is none. */
    int idOf(char[] text, int from, int to) {
        int entry = exactMatch(text, from, to);
        return entry == NOTHING ? NOTHING : ids[entry];
    }

    /** How many tokens there are; entries are from 0 to this. */
    int size() {
        return ids.length;
    }

    int id(int entry) {
        return ids[entry];
    }

    /** The length in chars of a token, the prefix not counted. */
    int length(int entry) {
        return starts[entry + 1] - starts[entry];
    }

    private int find(int hash, char[] text, int from, int length) {
        for (int slot = slot(hash); ; slot = (slot + 1) & (slots.length - 1)) {
            long found = slots[slot];
            if (found == NOTHING) {
                return NOTHING;
            }
            int entry = (int) found;
            if ((int) (found >>> 32) == hash
                    && Arrays.equals(characters, starts[entry], starts[entry + 1], text, from, from + length)) {
                return entry;
            }
        }
    }

    /** The bit of {@link #lengths} that stands for tokens of this length. */
    private static int lengthBit(int length) {
        return 1 << Math.min(length, LONG) - 1;
    }

    private static int extend(int hash, char next) {
        return 31 * hash + next;
    }

    /** Where the hash of a whole token lies among the slots. */
    private int slot(int hash) {
        return scatter(hash) >>> shift;
    }

    /** Where the hash of two characters lies among the lengths. */
    private static int start(int hash) {
        return scatter(hash) >>> 32 - START_BITS;
    }

    /** Brings neighbours in hash far apart in the high bits: a multiplication by 2^32 over the golden ratio. */
    private static int scatter(int hash) {
        return hash * 0x9E3779B9;
    }
}

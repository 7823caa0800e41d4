package io.tesserae.tokenizer.text;

import java.util.Arrays;
import java.util.Map;

/**
 * Finds added tokens in a text: at each place the longest, from left to right, without overlap.
 *
 * <p>A trie walked from every position whose character begins some token. The walk ends where no token goes on, after
 * no more characters than the longest token has, so the whole search is linear in the text.
 */
public final class AddedTokenFinder implements TokenFinder {

    private static final UnicodeTables UNICODE = UnicodeTables.INSTANCE;

    /**
     * An added token.
     *
     * @param singleWord found only where no word character stands beside it
     * @param leftStrip swallows the whitespace before it
     * @param rightStrip swallows the whitespace after it
     * @param special left in the text where special tokens are ignored
     */
    public record Entry(int id, boolean singleWord, boolean leftStrip, boolean rightStrip, boolean special) {}

    private static final class Node {
        private char[] characters = {}; // sorted
        private Node[] children = {};
        private Entry entry; // of the token that ends here

        Node child(char c) {
            int at = Arrays.binarySearch(characters, c);
            return at < 0 ? null : children[at];
        }

        Node addChild(char c) {
            int at = Arrays.binarySearch(characters, c);
            if (at >= 0) {
                return children[at];
            }
            int place = -at - 1;
            int count = characters.length;
            characters = Arrays.copyOf(characters, count + 1);
            children = Arrays.copyOf(children, count + 1);
            System.arraycopy(characters, place, characters, place + 1, count - place);
            System.arraycopy(children, place, children, place + 1, count - place);
            characters[place] = c;
            children[place] = new Node();
            return children[place];
        }
    }

    private final Node root = new Node();
    private long firstCharacters; // bit c mod 64 is set where a token begins with the character c
    private final boolean ignoreSpecialTokens;

    /**
     * @param patterns what to search for, none empty
     * @param ignoreSpecialTokens a special token that is found is left in the text; what it covers is not searched
     *     again
     */
    public AddedTokenFinder(Map<String, Entry> patterns, boolean ignoreSpecialTokens) {
        this.ignoreSpecialTokens = ignoreSpecialTokens;
        patterns.forEach((pattern, entry) -> {
            Node node = root;
            firstCharacters |= 1L << pattern.charAt(0);
            for (int i = 0; i < pattern.length(); i++) {
                node = node.addChild(pattern.charAt(i));
            }
            node.entry = entry;
        });
    }

    @Override
    public boolean isEmpty() {
        return root.children.length == 0;
    }

    /** Cuts a text; a token's piece has the whitespace that it swallowed. */
    @Override
    public void split(char[] text, int from, int to, Pieces pieces) {
        int done = from; // everything before has been handed on
        int swallowed = from; // whitespace is looked at once, even where it holds tokens that are whitespace
        for (int i = from; i < to; ) {
            // Nearly always so; to look each character up among the root's children took a fifth of the whole time.
            if ((firstCharacters & 1L << text[i]) == 0) {
                i++;
                continue;
            }
            Node node = root.child(text[i]);
            Entry found = null;
            int end = i + 1;
            for (int k = i + 1; node != null; node = k < to ? node.child(text[k]) : null, k++) {
                if (node.entry != null) {
                    found = node.entry;
                    end = k;
                }
            }
            if (found == null) {
                i++;
                continue;
            }
            if (accepts(found, text, from, i, end, to)) {
                // A token before this one may have swallowed whitespace that this one begins with.
                int tokenStart = found.leftStrip() ? Math.max(done, skipBack(text, done, i)) : i;
                int tokenEnd = end;
                if (found.rightStrip()) {
                    swallowed = Math.max(swallowed, skip(text, Math.max(end, swallowed), to));
                    tokenEnd = swallowed;
                }
                if (done < tokenStart) {
                    pieces.text(done, tokenStart);
                }
                if (tokenStart < tokenEnd) {
                    pieces.token(found.id, tokenStart, tokenEnd);
                }
                done = tokenEnd;
            }
            i = end;
        }
        if (done < to) {
            pieces.text(done, to);
        }
    }

    private boolean accepts(Entry token, char[] text, int from, int start, int end, int to) {
        if (ignoreSpecialTokens && token.special()) {
            return false;
        }
        return !token.singleWord()
                || (start == from || !UNICODE.is(Character.codePointBefore(text, start, from), UnicodeTables.WORD))
                        && (end == to || !UNICODE.is(Character.codePointAt(text, end, to), UnicodeTables.WORD));
    }

    private static int skip(char[] text, int i, int to) {
        int end = i;
        while (end < to && UNICODE.is(text[end], UnicodeTables.WHITESPACE)) {
            end++;
        }
        return end;
    }

    private static int skipBack(char[] text, int from, int i) {
        int start = i;
        while (start > from && UNICODE.is(text[start - 1], UnicodeTables.WHITESPACE)) {
            start--;
        }
        return start;
    }
}

package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * A sentence that a decoder wrote, cut into words, and which tokens are which word.
 *
 * <p>It does not look at how a tokenizer marks its pieces, be it {@code ##} or a space in front: it decodes the first token, the
 * first two, and so on, and what the text grows by is what a token wrote. A token that is half a character belongs to the
 * character it begins.
 *
 * <p>A word is what stands between spaces, without the signs at its ends: {@code cat.} is the word {@code cat}, and the token of the full
 * stop is in no word. Writing without spaces is one word.
 *
 * @param caption the decoded text, without spaces at its ends
 * @param words in their order
 * @param tokens how many tokens there are in the sequence, all of them, as the decoder read them
 */
public record CaptionWords(String caption, List<Word> words, int tokens) {

    /**
     * A word and its tokens.
     *
     * @param text the word
     * @param start where it begins in the caption, in chars
     * @param tokens its tokens' places in the sequence, ascending, none of the prompt's, one or more
     * @param pieces the tokens' names, as many
     */
    public record Word(String text, int start, List<Integer> tokens, List<String> pieces) {

        /** Takes the lists as its own. */
        public Word {
            Arguments.require(text, "text");
            tokens = List.copyOf(Arguments.requireAll(tokens, "tokens"));
            pieces = List.copyOf(Arguments.requireAll(pieces, "pieces"));
        }
    }

    /** Takes the list as its own. */
    public CaptionWords {
        Arguments.require(caption, "caption");
        words = List.copyOf(Arguments.requireAll(words, "words"));
    }

    /**
     * Cuts what a decoder has written.
     *
     * @param ids the whole sequence: what the decoder was begun with, what it wrote, special tokens and all
     * @param prompt how many of them the decoder was begun with, 1 or more: the start token, and words it had to continue. These
     *     are part of the caption, but nobody looked at anything to write them: they have no maps
     */
    public static CaptionWords of(int[] ids, int prompt, Tokenizer tokenizer) {
        Arguments.require(tokenizer, "tokenizer");
        return of(ids, prompt, tokenizer::idToToken, prefix -> tokenizer.decode(prefix, true));
    }

    /**
     * Cuts what a decoder has written behind a prompt that is no part of the caption.
     *
     * @param last the prompt's last token, whose row says where the decoder looked to write the first of its own
     * @param written behind it; may be nothing
     * @return of one token more than were written
     */
    public static CaptionWords behind(int last, int[] written, Tokenizer tokenizer) {
        Arguments.require(tokenizer, "tokenizer");
        int[] ids = new int[1 + Arguments.require(written, "written").length];
        ids[0] = last;
        System.arraycopy(written, 0, ids, 1, written.length);
        String before = tokenizer.decode(new int[] {last}, true);
        return of(
                ids,
                1,
                tokenizer::idToToken,
                prefix -> {
                    String text = tokenizer.decode(prefix, true);
                    return text.startsWith(before) ? text.substring(before.length()) : text;
                },
                id -> tokenizer.decode(new int[] {id}, true).isEmpty());
    }

    static CaptionWords of(int[] ids, int prompt, Function<Integer, String> name, Function<int[], String> textOf) {
        return of(ids, prompt, name, textOf, id -> textOf.apply(new int[] {id}).isEmpty());
    }

    /** @param isSilent whether a token by itself is no text */
    private static CaptionWords of(
            int[] ids,
            int prompt,
            Function<Integer, String> name,
            Function<int[], String> textOf,
            IntPredicate isSilent) {
        Arguments.require(ids, "ids");
        if (prompt < 1 || prompt > ids.length) {
            throw new IllegalArgumentException("prompt: expected 1 to " + ids.length
                    + ", since a decoder writes the next token after one it has read, found " + prompt);
        }
        String text = textOf.apply(ids);
        int[] ends = ends(ids, text, textOf);
        String caption = text.strip();
        int offset = text.indexOf(caption);
        List<Word> words = new ArrayList<>();
        int start = offset;
        while (start < offset + caption.length()) {
            int end = start;
            while (end < text.length() && !isSpace(text.charAt(end))) {
                end++;
            }
            int[] bare = withoutSigns(text, start, end);
            List<Integer> tokens = tokensOf(bare, ends, prompt).stream()
                    .filter(token -> !isSilent.test(ids[token])) // special ones wrote nothing
                    .toList();
            if (!tokens.isEmpty()) {
                List<String> pieces =
                        tokens.stream().map(token -> name.apply(ids[token])).toList();
                words.add(new Word(text.substring(bare[0], bare[1]), bare[0] - offset, tokens, pieces));
            }
            start = end + 1;
        }
        return new CaptionWords(caption, words, ids.length);
    }

    /** How far into the text each token reaches: as far as the text of all tokens up to it agrees with the whole. */
    private static int[] ends(int[] ids, String text, Function<int[], String> textOf) {
        int[] ends = new int[ids.length];
        for (int token = 0; token < ids.length; token++) {
            String prefix = textOf.apply(Arrays.copyOf(ids, token + 1));
            int mismatch = mismatch(prefix, text);
            ends[token] = Math.max(mismatch, token == 0 ? 0 : ends[token - 1]);
        }
        return ends;
    }

    private static int mismatch(String first, String second) {
        int common = 0;
        while (common < Math.min(first.length(), second.length()) && first.charAt(common) == second.charAt(common)) {
            common++;
        }
        return common;
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    /** From the first letter or digit to behind the last; an empty range where there is none. */
    private static int[] withoutSigns(String text, int start, int end) {
        int from = start;
        int to = end;
        while (from < to && isSign(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (to > from && isSign(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return new int[] {from, to};
    }

    private static boolean isSign(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /** The written tokens that have a part in these chars. One without a char of its own begins the char that follows. */
    private static List<Integer> tokensOf(int[] chars, int[] ends, int prompt) {
        List<Integer> tokens = new ArrayList<>();
        for (int token = prompt; token < ends.length; token++) {
            int from = ends[token - 1];
            int to = Math.max(ends[token], from + 1);
            if (Math.max(from, chars[0]) < Math.min(to, chars[1])) {
                tokens.add(token);
            }
        }
        return tokens;
    }

    /**
     * Where the decoder looked for each word.
     *
     * <p>At each token a decoder scores the token that comes <em>next</em>. So what it looked at to write the token at place {@code t} is
     * row {@code t - 1}, that of the token before: the row of a word itself is where it looked to go on from there. The first token of
     * all was given, and has no row.
     *
     * <p>Heads are averaged, and so are the tokens of a word. Columns before the first patch are left out, and what remains is not
     * scaled up: a word whose attention lies on the class token has a weak map, and looks so.
     *
     * @param grid the picture, and as many patches as the model had
     * @param prefixTokens columns before the first patch: the encoder's class token and the like
     * @param crossAttentions per layer {@code [heads, rows, prefixTokens + patches]}, a row for each token of the sequence; the last
     *     token's may be lacking, as it is after generation
     * @throws IllegalArgumentException if a layer is of another shape, or is no attention
     */
    public CaptionAttention attention(PatchGrid grid, int prefixTokens, List<Tensor> crossAttentions) {
        Arguments.require(grid, "grid");
        if (prefixTokens < 0) {
            throw new IllegalArgumentException("prefixTokens: expected 0 or more, found " + prefixTokens);
        }
        Arguments.requireAll(crossAttentions, "crossAttentions");
        return meanOf(
                AttentionMaps.checked(
                        crossAttentions,
                        rows(crossAttentions),
                        prefixTokens + grid.patches(),
                        tokens + " tokens, each over " + prefixTokens + " tokens and " + grid.rows() + " x "
                                + grid.columns() + " patches"),
                grid,
                prefixTokens);
    }

    /**
     * Where the decoder looked for each word, in one of several things that it looked at: a picture among words and other pictures. Nothing
     * is scaled up here either.
     *
     * @param grid the picture, and as many patches as the model had
     * @param shares per layer {@code [heads, rows, patches]}, a row for each token as in {@link #attention(PatchGrid, int, List)}; how much
     *     of a token's attention each patch got, 1 at most together
     * @throws IllegalArgumentException if a layer is of another shape, or is no attention
     */
    public CaptionAttention attention(PatchGrid grid, List<Tensor> shares) {
        Arguments.require(grid, "grid");
        Arguments.requireAll(shares, "shares");
        return meanOf(
                AttentionMaps.checkedShares(
                        shares,
                        rows(shares),
                        grid.patches(),
                        tokens + " tokens, each over " + grid.rows() + " x " + grid.columns() + " patches"),
                grid,
                0);
    }

    /** The last token's row may be lacking. */
    private int rows(List<Tensor> maps) {
        boolean lacksLast = !maps.isEmpty()
                && maps.getFirst().rank() == 3
                && maps.getFirst().dimension(1) == tokens - 1;
        return lacksLast ? tokens - 1 : tokens;
    }

    private CaptionAttention meanOf(List<Tensor> maps, PatchGrid grid, int prefixTokens) {
        List<WordAttention> attentions = words.stream()
                .map(word -> new WordAttention(
                        word.text(),
                        word.start(),
                        word.pieces(),
                        maps.stream()
                                .map(map -> meanOf(word, map, grid, prefixTokens))
                                .toList()))
                .toList();
        return new CaptionAttention(grid, caption, attentions);
    }

    private static Heatmap meanOf(Word word, Tensor map, PatchGrid grid, int prefixTokens) {
        int heads = map.dimension(0);
        int rows = map.dimension(1);
        int columns = map.dimension(2);
        double[] sum = new double[grid.patches()];
        for (int token : word.tokens()) {
            for (int head = 0; head < heads; head++) {
                int first = (head * rows + token - 1) * columns + prefixTokens;
                for (int patch = 0; patch < sum.length; patch++) {
                    sum[patch] += map.data()[first + patch];
                }
            }
        }
        float[] mean = new float[sum.length];
        for (int patch = 0; patch < sum.length; patch++) {
            mean[patch] = (float) (sum[patch] / (heads * word.tokens().size()));
        }
        return new Heatmap(grid.rows(), grid.columns(), mean);
    }
}

package io.tesserae.cli.console;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** What somebody probably meant who wrote something else. */
public final class Suggestion {

    private Suggestion() {}

    /** {@code ; did you mean 'json'?}, or nothing where no word is near: one slip in three letters. */
    public static String of(String written, Collection<String> known) {
        return known.stream()
                .filter(word -> distance(written, word) <= Math.max(1, written.length() / 3))
                .min(Comparator.comparingInt((String word) -> distance(written, word))
                        .thenComparing(Comparator.naturalOrder()))
                .map(word -> "; did you mean '" + word + "'?")
                .orElse("");
    }

    /**
     * How many slips lead from one word to the other, letters' case apart: a letter too many, one too few, a wrong one, or two
     * that changed places (the distance of Damerau and Levenshtein, where no letter is touched twice).
     */
    static int distance(String written, String meant) {
        String a = written.toLowerCase(Locale.ROOT);
        String b = meant.toLowerCase(Locale.ROOT);
        int[][] slips = new int[a.length() + 1][b.length() + 1]; // between the beginnings of both
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    slips[i][j] = i + j;
                    continue;
                }
                int changed = slips[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                slips[i][j] = Math.min(changed, 1 + Math.min(slips[i - 1][j], slips[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    slips[i][j] = Math.min(slips[i][j], slips[i - 2][j - 2] + 1);
                }
            }
        }
        return slips[a.length()][b.length()];
    }
}

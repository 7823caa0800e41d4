package io.tesserae.pipelines;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What was probably meant by a name that does not exist. */
final class NearestName {

    private NearestName() {}

    /** The name that fewest edits lead to; empty where they are more than a third of it. */
    static Optional<String> of(String name, List<String> names) {
        return names.stream()
                .filter(candidate -> Math.abs(candidate.length() - name.length()) <= candidate.length() / 3)
                .filter(candidate -> edits(name, candidate) <= candidate.length() / 3)
                .min(Comparator.comparingInt(candidate -> edits(name, candidate)));
    }

    /** How many characters must be inserted, deleted or replaced: Levenshtein's distance. */
    private static int edits(String from, String to) {
        int[] before = new int[to.length() + 1]; // of the row above: from a prefix of from to each prefix of to
        for (int j = 0; j <= to.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = before[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(row[j - 1], before[j]) + 1);
            }
            before = row;
        }
        return before[to.length()];
    }
}

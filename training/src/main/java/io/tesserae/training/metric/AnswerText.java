package io.tesserae.training.metric;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.regex.Pattern;

/**
 * How near an answer is to what people answered: SQuAD's official script, which evaluate's {@code squad} metric runs.
 * Rajpurkar et al., 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text".
 */
public final class AnswerText {

    /** Python's {@code string.punctuation}: ASCII's. */
    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");

    private static final Pattern ARTICLE = Pattern.compile("\\b(a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);

    /** What Python's {@code str.split} splits at: Unicode's white space and the four separators of ASCII. */
    private static final Pattern SPACE = Pattern.compile("[\\s\\x1c-\\x1f]+", Pattern.UNICODE_CHARACTER_CLASS);

    private AnswerText() {}

    /** The text in small letters, without punctuation, articles and superfluous space. */
    public static String normalize(String text) {
        String plain = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
        String words = ARTICLE.matcher(plain).replaceAll(" ");
        return SPACE.matcher(words).replaceAll(" ").strip();
    }

    /**
     * 1 if the answer is one of the references when both are normalized, or else 0.
     *
     * @throws IllegalArgumentException if there are no references
     */
    public static double exactMatch(String answer, List<String> references) {
        return best(answer, references, (normalized, reference) -> normalized.equals(reference) ? 1 : 0);
    }

    /**
     * The F1 of the answer's words against the nearest reference's, each word counting as often as it stands in both. 0
     * if they share none: also if both are empty.
     *
     * @throws IllegalArgumentException if there are no references
     */
    public static double f1(String answer, List<String> references) {
        return best(answer, references, AnswerText::sharedWords);
    }

    private static double best(String answer, List<String> references, ToDoubleBiFunction<String, String> score) {
        String normalized = normalize(answer);
        return references.stream()
                .mapToDouble(reference -> score.applyAsDouble(normalized, normalize(reference)))
                .max()
                .orElseThrow(() -> new IllegalArgumentException("expected a reference for each answer, found none"));
    }

    private static double sharedWords(String answer, String reference) {
        String[] answered = words(answer);
        String[] expected = words(reference);
        Map<String, Integer> left = new HashMap<>();
        for (String word : expected) {
            left.merge(word, 1, Integer::sum);
        }
        int shared = 0;
        for (String word : answered) {
            if (left.merge(word, -1, Integer::sum) >= 0) {
                shared++;
            }
        }
        return new ClassCounts(shared, answered.length, expected.length).f1();
    }

    private static String[] words(String normalized) {
        return normalized.isEmpty() ? new String[0] : normalized.split(" ");
    }
}

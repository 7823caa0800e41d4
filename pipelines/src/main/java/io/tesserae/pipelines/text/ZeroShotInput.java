package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;
import java.util.List;

/**
 * A text, and the labels that it may have.
 *
 * @param sequence the text
 * @param candidateLabels in words; they may be different ones for each text
 */
public record ZeroShotInput(String sequence, List<String> candidateLabels) {

    /** Keeps its own list. */
    public ZeroShotInput {
        Arguments.require(sequence, "sequence");
        candidateLabels = List.copyOf(Arguments.requireAll(candidateLabels, "candidateLabels"));
    }

    /** The labels of a text in which commas are between them: without space around, and without empty ones. */
    public static List<String> labels(String separatedByCommas) {
        return Arrays.stream(Arguments.require(separatedByCommas, "separatedByCommas")
                        .split(","))
                .map(ZeroShotInput::strip)
                .filter(label -> !label.isEmpty())
                .toList();
    }

    /** What Python's {@code str.strip} takes off, which is more than Java's: no-break spaces as well. */
    private static String strip(String label) {
        int begin = 0;
        int end = label.length();
        while (begin < end && isSpace(label.charAt(begin))) {
            begin++;
        }
        while (end > begin && isSpace(label.charAt(end - 1))) {
            end--;
        }
        return label.substring(begin, end);
    }

    private static boolean isSpace(char character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character) || character == '\u0085';
    }
}

package io.tesserae.tokenizer;

import java.util.List;

/** Joins tokens to a text again: words by a space, pieces of a word by nothing. */
final class WordPieceDecoder {

    private WordPieceDecoder() {}

    /**
     * Joins tokens, the first one verbatim, each cleaned up by itself, so that {@code " ."} becomes {@code "."} but
     * the pieces of {@code don ' t} stay apart.
     */
    static String decode(List<String> tokens, String prefix, boolean cleanUp) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            if (i > 0) {
                token = token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
            }
            text.append(cleanUp ? cleanUpToken(token) : token);
        }
        return text.toString();
    }

    private static String cleanUpToken(String token) {
        return cleanUpText(token.replace(" do not", " don't"));
    }

    /** Takes out the spaces that tokenizing English put in. */
    static String cleanUpText(String text) {
        return text.replace(" .", ".")
                .replace(" ?", "?")
                .replace(" !", "!")
                .replace(" ,", ",")
                .replace(" ' ", "'")
                .replace(" n't", "n't")
                .replace(" 'm", "'m")
                .replace(" 's", "'s")
                .replace(" 've", "'ve")
                .replace(" 're", "'re");
    }
}

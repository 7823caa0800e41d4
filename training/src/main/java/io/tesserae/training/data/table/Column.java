package io.tesserae.training.data.table;

import java.util.List;
import java.util.Locale;

/** What a column of a data file can be for, and the names by which it is recognised. */
public enum Column {
    /** The text, or the first of two. */
    TEXT("text", "sentence", "sentence1", "question", "question1", "premise"),
    /** The second text. */
    TEXT_PAIR("text_pair", "sentence2", "question2", "hypothesis"),
    /** The label, or several, or a number. */
    LABEL("label", "labels", "score"),
    /** The words of a text. */
    TOKENS("tokens", "words"),
    /** The words' labels. */
    TAGS("tags", "ner_tags", "labels"),
    /** A question to a text. */
    QUESTION("question"),
    /** The text that has the answer. */
    CONTEXT("context"),
    /** The answers, as SQuAD has them. */
    ANSWERS("answers"),
    /** A text of which another is to be the nearest. */
    ANCHOR("anchor", "query", "sentence1", "question", "question1", "premise"),
    /** The text that is to be near. */
    POSITIVE("positive", "sentence2", "answer", "question2", "hypothesis"),
    /** A text that is not to be near. */
    NEGATIVE("negative"),
    /** How near two texts are to each other. */
    SCORE("score", "similarity", "label"),
    /** A picture's file. */
    IMAGE("image", "file_name");

    private final List<String> recognised;

    Column(String... recognised) {
        this.recognised = List.of(recognised);
    }

    /** The names by which it is recognised. */
    public List<String> recognised() {
        return recognised;
    }

    /** As it is spelled where columns are mapped: {@code text_pair}. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.tesserae.training.data.table;

import io.tesserae.arguments.Arguments;
import io.tesserae.training.failure.TrainingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A sentence that has been cut into words, with a tag for each.
 *
 * @param words of the sentence, one or more
 * @param tags as many
 * @param origin its first line
 * @param lineForEachWord whether each word has a line of its own; else the sentence is on one
 */
public record TaggedWords(List<String> words, List<String> tags, Origin origin, boolean lineForEachWord) {

    private static final String DOCUMENT = "-DOCSTART-";

    /** Keeps its own copies. */
    public TaggedWords {
        words = List.copyOf(words);
        tags = List.copyOf(tags);
        if (words.isEmpty()) {
            throw origin.refusal("expected words, found none");
        }
        if (words.size() != tags.size()) {
            throw origin.refusal(
                    "expected a tag for each word, found " + words.size() + " words and " + tags.size() + " tags");
        }
    }

    /** Where a word stands. */
    public Origin origin(int word) {
        return lineForEachWord ? new Origin(origin.file(), origin.line() + word) : origin;
    }

    /**
     * Reads a file's sentences. Where its name ends with {@code .json} or {@code .jsonl}, each line is one, as {@code {"tokens":
     * ["Anna", "sings"], "tags": ["B-PER", "O"]}}. Else each line is a word as files of CoNLL's kind have it: first the word, last its
     * tag, between them tabs or spaces, and a blank line behind each sentence; lines that begin with {@code -DOCSTART-} only say where a
     * document begins.
     *
     * @param columns which keys of the JSON are the words and the tags
     * @throws TrainingException if it cannot be read, has no sentence, or a line is malformed
     */
    public static List<TaggedWords> read(Path file, Columns columns) {
        String name = Arguments.require(file, "file").toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".json") || name.endsWith(".jsonl")
                ? ofTable(JsonLines.read(FileText.read(file)), columns)
                : ofLines(FileText.read(file));
    }

    private static List<TaggedWords> ofTable(Table table, Columns columns) {
        String words = table.require(Column.TOKENS, columns);
        String tags = table.require(Column.TAGS, columns);
        return table.rows().stream()
                .map(row -> new TaggedWords(row.texts(words), row.labels(tags), row.origin(), false))
                .toList();
    }

    private static List<TaggedWords> ofLines(FileText text) {
        List<String> lines = text.lines();
        List<TaggedWords> sentences = new ArrayList<>();
        List<String> words = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        int columns = 0;
        for (int i = 0; i <= lines.size(); i++) {
            String line = i < lines.size() ? lines.get(i) : "";
            if (!line.isBlank() && !line.startsWith(DOCUMENT)) {
                String[] fields = line.split(line.indexOf('\t') >= 0 ? "\t" : " +", -1);
                columns = columns == 0 ? fields.length : columns;
                requireColumns(fields, columns, text.at(i + 1L));
                words.add(fields[0]);
                tags.add(fields[fields.length - 1]);
            } else if (!words.isEmpty()) {
                sentences.add(new TaggedWords(words, tags, text.at(i + 1L - words.size()), true));
                words.clear();
                tags.clear();
            }
        }
        if (sentences.isEmpty()) {
            throw new TrainingException(
                    text.file() + ": expected sentences, a word and its tag on each line, found none");
        }
        return List.copyOf(sentences);
    }

    private static void requireColumns(String[] fields, int columns, Origin origin) {
        if (fields.length < 2) {
            throw origin.refusal("expected a word and its tag, found \"" + fields[0] + '"');
        }
        if (fields.length != columns) {
            throw origin.refusal("expected " + columns + " columns, as in the lines before, found " + fields.length);
        }
        if (fields[0].isEmpty() || fields[columns - 1].isEmpty()) {
            throw origin.refusal("expected a word and its tag, found an empty one");
        }
    }
}

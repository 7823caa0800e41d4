package io.tesserae.training.data;

import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.TruncationStrategy;
import io.tesserae.training.data.table.Column;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.data.table.Row;
import io.tesserae.training.data.table.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * From tables to windows of question answering, as transformers' {@code run_qa.py} makes them. Rows are as {@code {"question": "Who
 * sings?", "context": "Anna sings.", "answers": {"text": ["Anna"], "answer_start": [0]}}}, places counted in code points as Python does
 * it; a row without answers has two empty lists.
 *
 * @param encoder of the texts
 * @param columns which keys are the question, the text and the answers
 * @param docStride how many tokens of the text consecutive windows have in common
 */
public record QuestionAnsweringReader(TextEncoder encoder, Columns columns, int docStride) {

    private static final int CONTEXT = 1; // the second of the two texts
    private static final int NO_PLACE = -1;

    /**
     * Reads a table's rows.
     *
     * @throws io.tesserae.training.failure.TrainingException if a row is no good; the message names its line
     */
    public List<AnsweredQuestion> read(Table table) {
        String question = table.require(Column.QUESTION, columns);
        String context = table.require(Column.CONTEXT, columns);
        String answers = table.require(Column.ANSWERS, columns);
        return table.rows().stream()
                .map(row -> new AnsweredQuestion(
                        row.text(question).stripLeading(), // as the reference: SQuAD has some with many spaces
                        row.text(context),
                        answers(row, answers, row.text(context)),
                        row.origin()))
                .toList();
    }

    private static List<Span> answers(Row row, String column, String context) {
        Row answers = row.nested(column);
        List<String> texts = answers.texts("text");
        List<Integer> starts = answers.places("answer_start");
        if (texts.size() != starts.size()) {
            throw row.origin()
                    .refusal("answers: expected a start for each text, found " + texts.size() + " texts and "
                            + starts.size() + " starts");
        }
        int codePoints = context.codePointCount(0, context.length());
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            int start = starts.get(i) <= codePoints ? context.offsetByCodePoints(0, starts.get(i)) : context.length();
            if (!context.startsWith(texts.get(i), start)) {
                throw row.origin()
                        .refusal("answers: expected the text at its start in the context, but \"" + texts.get(i)
                                + "\" is not at character " + starts.get(i));
            }
            spans.add(new Span(start, start + texts.get(i).length()));
        }
        return spans;
    }

    /**
     * Cuts questions with their texts into windows, in the order of the questions.
     *
     * @throws io.tesserae.training.failure.TrainingException if a question leaves no room for its text; the message names its line
     */
    public Dataset<AnswerWindow> windows(List<AnsweredQuestion> questions) {
        EncodingOptions options = EncodingOptions.DEFAULT
                .withTruncation(TruncationStrategy.ONLY_SECOND)
                .withMaxLength(encoder.maxLength())
                .withOverflow(docStride);
        List<AnswerWindow> windows = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            AnsweredQuestion question = questions.get(i);
            Encoding first = TextEncoder.naming(
                    question.origin(),
                    () -> encoder.tokenizer().encodePair(question.question(), question.context(), options));
            windows.add(window(first, i, question));
            for (Encoding further : first.overflow()) {
                windows.add(window(further, i, question));
            }
        }
        return Dataset.of(windows);
    }

    private AnswerWindow window(Encoding encoding, int index, AnsweredQuestion question) {
        int[] sequences = encoding.sequenceIds();
        List<Span> offsets = encoding.utf16Offsets();
        int[] starts = new int[sequences.length];
        int[] ends = new int[sequences.length];
        for (int token = 0; token < sequences.length; token++) {
            boolean ofContext = sequences[token] == CONTEXT;
            starts[token] = ofContext ? offsets.get(token).start() : NO_PLACE;
            ends[token] = ofContext ? offsets.get(token).end() : NO_PLACE;
        }
        Span answer = question.answers().isEmpty()
                ? new Span(NO_PLACE, NO_PLACE)
                : positions(starts, ends, question.answers().getFirst());
        int none = answer.start() == NO_PLACE ? clsPosition(encoding) : 0;
        return answer.start() == NO_PLACE
                ? new AnswerWindow(index, encoder.text(encoding), none, none, starts, ends)
                : new AnswerWindow(index, encoder.text(encoding), answer.start(), answer.end(), starts, ends);
    }

    /** The first and the last token of an answer; none where this window does not have all of it. */
    private static Span positions(int[] starts, int[] ends, Span answer) {
        int first = 0;
        while (first < starts.length && starts[first] == NO_PLACE) {
            first++;
        }
        int last = starts.length - 1;
        while (last >= first && starts[last] == NO_PLACE) {
            last--;
        }
        if (first > last || starts[first] > answer.start() || ends[last] < answer.end()) {
            return new Span(NO_PLACE, NO_PLACE);
        }
        int start = first;
        while (start < last && starts[start + 1] <= answer.start()) {
            start++;
        }
        int end = last;
        while (end > start && ends[end - 1] >= answer.end()) {
            end--;
        }
        return new Span(start, end);
    }

    /** Where {@code [CLS]} is: the first token, unless the tokenizer has another place for it. */
    private int clsPosition(Encoding encoding) {
        String cls = encoder.tokenizer().specialTokens().cls();
        int[] ids = encoding.inputIds();
        return cls == null
                ? 0
                : Math.max(
                        0,
                        Arrays.stream(ids)
                                .boxed()
                                .toList()
                                .indexOf(encoder.tokenizer().clsTokenId()));
    }
}

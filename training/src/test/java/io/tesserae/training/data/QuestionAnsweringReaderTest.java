package io.tesserae.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.data.table.TableFile;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionAnsweringReaderTest {

    private static final String CONTEXT =
            "\uD83D\uDE00 Anna lives in Paris and sings in the choir of the old church near the river."
                    + " She was born in Berlin in nineteen seventy.";
    private static final QuestionAnsweringReader READER = new QuestionAnsweringReader(
            new TextEncoder(AutoTokenizer.fromPretrained(Path.of("../testdata/spec-cases/tiny-vocab")), 32),
            Columns.RECOGNISED,
            8);

    @TempDir
    Path folder;

    private List<AnsweredQuestion> questions(String question, String context, String texts, String starts)
            throws IOException {
        String row = "{\"question\": \"%s\", \"context\": \"%s\", \"answers\": {\"text\": %s, \"answer_start\": %s}}"
                .formatted(question, context, texts, starts);
        return READER.read(TableFile.read(Files.writeString(folder.resolve("qa.jsonl"), row)));
    }

    private List<AnsweredQuestion> about(String answer) throws IOException {
        int start = CONTEXT.codePointCount(0, CONTEXT.indexOf(answer));
        return questions("  Where does Anna live?", CONTEXT, "[\"" + answer + "\"]", "[" + start + "]");
    }

    /** What run_qa.py makes of it with transformers 5.18; places are counted in code points. */
    @ParameterizedTest
    @CsvSource({"Paris,15,16", "nna,10,12", "sings in the choir,18,26", "Berlin,0,0"})
    void anAnswerIsFromItsFirstTokenToItsLast(String answer, int start, int end) throws IOException {
        AnswerWindow first = READER.windows(about(answer)).get(0);
        assertArrayEquals(
                new int[] {
                    2, 1974, 1240, 400, 137, 134, 1375, 35, 3, 1, 400, 137, 134, 1968, 235, 724, 237, 205, 569, 137,
                    146, 144, 235, 193, 402, 139, 233, 408, 193, 530, 1116, 3
                },
                first.text().inputIds());
        assertEquals(start, first.startPosition());
        assertEquals(end, first.endPosition());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Paris", "sings in the choir", "near the river", "Berlin", "Berlin in nineteen seventy.", "."})
    void windowsOverlapAndHaveTheAnswerOrNone(String answer) throws IOException {
        List<AnsweredQuestion> questions = about(answer);
        Dataset<AnswerWindow> windows = READER.windows(questions);
        int found = 0;
        int covered = 0;
        for (int i = 0; i < windows.size(); i++) {
            AnswerWindow window = windows.get(i);
            assertTrue(window.text().length() <= 32);
            int last = window.text().length() - 2;
            covered = Math.max(covered, window.charEnds()[last]);
            if (window.startPosition() > 0) {
                found++;
                String text = CONTEXT.substring(
                        window.charStarts()[window.startPosition()], window.charEnds()[window.endPosition()]);
                assertEquals(answer.toLowerCase(Locale.ROOT), text.toLowerCase(Locale.ROOT));
            }
        }
        assertTrue(windows.size() >= 2);
        assertTrue(found >= 1);
        assertEquals(CONTEXT.length(), covered);
        assertEquals(List.of(answer), questions.getFirst().answerTexts());
    }

    @Test
    void anAnswerMayBeTheLastToken() throws IOException {
        AnswerWindow window = READER.windows(questions("Who?", "Anna sings.", "[\".\"]", "[10]"))
                .get(0);
        assertEquals(window.text().length() - 2, window.startPosition());
        assertEquals(window.text().length() - 2, window.endPosition());
    }

    @Test
    void withoutAnAnswerBothPlacesAreTheFirstToken() throws IOException {
        Dataset<AnswerWindow> windows = READER.windows(questions("Who?", CONTEXT, "[]", "[]"));
        AnswerBatch batch = AnswerBatch.of(windows.get(new int[] {0, 1}));
        assertArrayEquals(new int[2], batch.startPositions());
        assertArrayEquals(new int[2], batch.endPositions());
        assertEquals(2, batch.tokens().sequences());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[\"Anna\"];[1];is not at character 1",
                "[\"Anna\"];[99999];is not at character 99999",
                "[\"Anna\"];[];expected a start for each text",
                "[\"Anna\"];[-1];whole numbers",
                "[\"Anna\"];[0.5];whole numbers",
                "\"Anna\";[0];expected a list",
                "[\"\"];[0];expected a text",
            })
    void aWrongAnswerIsRefused(String texts, String starts, String expected) {
        String message = assertThrows(TrainingException.class, () -> questions("Who?", "Anna sings.", texts, starts))
                .getMessage();
        assertTrue(message.contains("qa.jsonl, line 1: ") && message.contains(expected), message);
    }

    @Test
    void aQuestionThatLeavesNoRoomIsRefused() throws IOException {
        List<AnsweredQuestion> questions = questions("why ".repeat(40), "Anna sings.", "[]", "[]");
        String message = assertThrows(TrainingException.class, () -> READER.windows(questions))
                .getMessage();
        assertTrue(message.contains("qa.jsonl, line 1: "), message);
    }
}

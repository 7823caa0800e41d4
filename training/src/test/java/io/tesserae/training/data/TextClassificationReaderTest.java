package io.tesserae.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.label.ProblemType;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.data.table.Table;
import io.tesserae.training.data.table.TableFile;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextClassificationReaderTest {

    private static final Tokenizer TOKENIZER = AutoTokenizer.fromPretrained(Path.of("../testdata/fixtures/bert-ner"));
    private static final TextClassificationReader READER =
            new TextClassificationReader(new TextEncoder(TOKENIZER, 64), Columns.RECOGNISED);

    @TempDir
    Path folder;

    private Table table(String name, String content) throws IOException {
        return TableFile.read(Files.writeString(folder.resolve(name), content));
    }

    private static LabelSet labels(Table table) {
        return READER.labels(table, READER.problemType(table));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a.tsv;1 0 10;SINGLE_LABEL_CLASSIFICATION",
                "a.tsv;1 0.5 10;REGRESSION",
                "a.tsv;1 0.5 high;SINGLE_LABEL_CLASSIFICATION",
                "a.jsonl;1 0.5 1e1;REGRESSION",
                "a.jsonl;\"1\" \"0.5\";SINGLE_LABEL_CLASSIFICATION",
                "a.jsonl;[\"a\"] [];MULTI_LABEL_CLASSIFICATION",
            })
    void theLabelsSayWhatTheProblemIs(String name, String values, ProblemType expected) throws IOException {
        boolean json = name.endsWith("l");
        StringBuilder content = new StringBuilder(json ? "" : "text\tlabel\n");
        for (String value : values.split(" ")) {
            content.append(json ? "{\"text\": \"x\", \"label\": " + value + "}\n" : "x\t" + value + "\n");
        }
        assertEquals(expected, READER.problemType(table(name, content.toString())));
    }

    @Test
    void labelsAreSortedNumbersAsNumbersAndTextsByCodePoints() throws IOException {
        assertEquals(
                List.of("2", "10"),
                labels(table("a.tsv", "text\tlabel\nx\t10\nx\t2\nx\t10\n")).names());
        assertEquals(
                List.of("10", "2"),
                labels(table("b.jsonl", "{\"text\": \"x\", \"label\": \"2\"}\n{\"text\": \"x\", \"label\": \"10\"}\n"))
                        .names());
        assertEquals(
                List.of("B", "a", "\uFF5E", "\uD83D\uDE00"),
                labels(table("c.tsv", "text\tlabel\nx\t\uD83D\uDE00\nx\t\uFF5E\nx\ta\nx\tB\n"))
                        .names());
    }

    @Test
    void batchesAreRaggedWithALabelForEachSequence() throws IOException {
        Table table = table("a.tsv", "sentence\tlabel\nanna sings\tyes\na\tno\n");
        Dataset<TextClassificationExample> data =
                READER.read(table, ProblemType.SINGLE_LABEL_CLASSIFICATION, labels(table));
        TextClassificationBatch batch = TextClassificationBatch.of(data.get(new int[] {1, 0}));
        assertEquals(2, batch.tokens().sequences());
        assertArrayEquals(new int[] {0, 1}, ((Targets.OneLabel) batch.targets()).ids());
        assertEquals(data.get(1).text().length(), batch.tokens().length(0));
        assertEquals(data.get(0).text().length(), batch.tokens().length(1));
        assertEquals(batch.tokens().tokens(), batch.tokens().sequenceStarts()[2]);
    }

    @Test
    void manyLabelsAndNumbers() throws IOException {
        Table many = table(
                "a.jsonl", "{\"text\": \"x\", \"labels\": [\"b\", \"a\"]}\n{\"text\": \"y\", \"labels\": [\"b\"]}\n");
        Targets.ManyLabels held = (Targets.ManyLabels)
                TextClassificationBatch.of(READER.read(many, ProblemType.MULTI_LABEL_CLASSIFICATION, labels(many))
                                .get(new int[] {0, 1}))
                        .targets();
        assertArrayEquals(new float[] {1, 1, 0, 1}, held.held());
        assertEquals(2, held.examples());
        Table barred = table("b.tsv", "text\tlabel\nx\ta|b\ny\tb\n");
        LabelSet two = READER.labels(barred, ProblemType.MULTI_LABEL_CLASSIFICATION);
        assertEquals(List.of("a", "b"), two.names());
        Table scores = table("c.tsv", "sentence1\tsentence2\tscore\nx\ty\t4.5\nx\ty\t3\n");
        assertEquals(List.of("LABEL_0"), labels(scores).names());
        Targets.Values values =
                (Targets.Values) TextClassificationBatch.of(READER.read(scores, ProblemType.REGRESSION, labels(scores))
                                .get(new int[] {0, 1}))
                        .targets();
        assertArrayEquals(new float[] {4.5f, 3}, values.values());
    }

    @Test
    void idsStandForTheNamesOfACheckpoint() throws IOException {
        Table table = table("a.tsv", "text\tlabel\nx\t1\ny\tNEGATIVE\n");
        Dataset<TextClassificationExample> data = READER.read(
                table, ProblemType.SINGLE_LABEL_CLASSIFICATION, new LabelSet(List.of("NEGATIVE", "POSITIVE")));
        assertEquals(new Target.OneLabel(1), data.get(0).target());
        assertEquals(new Target.OneLabel(0), data.get(1).target());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "SINGLE_LABEL_CLASSIFICATION;x,2;expected one of the 2 labels that the model knows",
                "SINGLE_LABEL_CLASSIFICATION;x,-1;found \"-1\"",
                "SINGLE_LABEL_CLASSIFICATION;x,maybe;found \"maybe\"",
                "SINGLE_LABEL_CLASSIFICATION;x,;expected a label",
                "SINGLE_LABEL_CLASSIFICATION;,no;expected a text",
                "REGRESSION;x,high;expected a number",
                "REGRESSION;x,nan;expected a number",
                "REGRESSION;x,;expected a number",
                "MULTI_LABEL_CLASSIFICATION;x,no|maybe;found \"maybe\"",
            })
    void aBadRowIsNamedWithItsLine(ProblemType problem, String row, String expected) throws IOException {
        Table table =
                table("a.csv", "text,label\nx," + (problem == ProblemType.REGRESSION ? "1" : "no") + "\n" + row + "\n");
        LabelSet labels = new LabelSet(List.of("no", "yes"));
        String message = assertThrows(TrainingException.class, () -> READER.read(table, problem, labels))
                .getMessage();
        assertTrue(message.contains("a.csv, line 3: ") && message.contains(expected), message);
    }

    /** What transformers 5.18 makes of the same texts. */
    @Test
    void pairsAreCutLongestFirst() throws IOException {
        Table table = table(
                "a.tsv",
                "sentence1\tsentence2\tlabel\none two three four five six seven eight\tnine ten eleven\t0\n"
                        + "one two three\tfour five six seven eight nine ten eleven twelve\t0\n"
                        + "one two three four five six\tone two three four five six\t0\n");
        int[][] inputIds = {
            {2, 485, 81, 694, 90, 493, 3, 675, 81, 692, 88, 3},
            {2, 485, 81, 694, 90, 3, 471, 157, 48, 96, 3},
            {2, 485, 81, 694, 3, 485, 81, 694, 90, 3}
        };
        int[][] tokenTypeIds = {
            {0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 1, 1, 1, 1, 1}
        };
        for (int i = 0; i < inputIds.length; i++) {
            TextClassificationReader reader =
                    new TextClassificationReader(new TextEncoder(TOKENIZER, inputIds[i].length), Columns.RECOGNISED);
            EncodedText text = reader.read(table, ProblemType.SINGLE_LABEL_CLASSIFICATION, labels(table))
                    .get(i)
                    .text();
            assertArrayEquals(inputIds[i], text.inputIds());
            assertArrayEquals(tokenTypeIds[i], text.tokenTypeIds());
        }
    }

    @Test
    void targetsOfTwoKindsAreRefused() {
        List<Target> mixed = List.of(new Target.OneLabel(1), new Target.Value(1));
        assertThrows(IllegalArgumentException.class, () -> Targets.of(mixed));
    }

    @Test
    void aLimitThatLeavesNoRoomIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TextEncoder(TOKENIZER, 4));
    }
}

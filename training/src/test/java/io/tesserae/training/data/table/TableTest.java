package io.tesserae.training.data.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {

    @TempDir
    Path folder;

    private Path file(String name, String content) throws IOException {
        return Files.write(folder.resolve(name), content.getBytes(StandardCharsets.UTF_8));
    }

    private void refused(Path file, String... parts) {
        String message = assertThrows(TrainingException.class, () -> TableFile.read(file))
                .getMessage();
        assertTrue(message.startsWith(file.toString()), message);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sentence\tlabel\n\"a\tno\nb \"\tyes", "\uFEFFsentence\tlabel\r\n\"a\tno\r\nb \"\tyes\r\n\r\n"})
    void tabsSeparateAndQuotationMarksAreLiteral(String content) throws IOException {
        Table table = TableFile.read(file("train.tsv", content));
        assertEquals(List.of("sentence", "label"), table.header());
        assertEquals(2, table.rows().size());
        assertEquals("\"a", table.rows().get(0).text("sentence"));
        assertEquals("b \"", table.rows().get(1).text("sentence"));
        assertEquals("yes", table.rows().get(1).label("label"));
        assertEquals(3, table.rows().get(1).origin().line());
    }

    @Test
    void csvHasQuotedFieldsOverSeveralLines() throws IOException {
        Table table =
                TableFile.read(file("train.csv", "text,label\r\n\"one, \"\"two\"\"\r\nthree\",1\r\nfour,0\r\n\r\n"));
        assertEquals("one, \"two\"\r\nthree", table.rows().get(0).text("text"));
        assertEquals(2, table.rows().get(0).origin().line());
        assertEquals("four", table.rows().get(1).text("text"));
        assertEquals(4, table.rows().get(1).origin().line());
    }

    @Test
    void jsonLinesKeepTheKindOfTheirValues() throws IOException {
        Table table = TableFile.read(file(
                "train.jsonl",
                "{\"text\": \"a\", \"label\": 1}\n\n{\"text\": \"b\", \"label\": \"1\", \"more\": [1.5]}\n"));
        assertEquals(List.of("text", "label", "more"), table.header());
        assertTrue(table.rows().get(0).isInteger("label"));
        assertFalse(table.rows().get(1).isInteger("label"));
        assertEquals("1", table.rows().get(1).label("label"));
        assertEquals(3, table.rows().get(1).origin().line());
        assertTrue(table.rows().get(1).isList("more"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a.tsv;text\\tlabel\\none\\t1\\ttoo many;line 2;expected 2 fields",
                "a.tsv;text\\tlabel\\none\\t1\\n\\ntwo\\t1;line 3;found 1",
                "a.tsv;text\\tlabel\\none\\t1\\ntwo;line 3;found 1",
                "a.tsv;text\\ttext\\none\\t1;line 1;stands twice",
                "a.tsv;text\\tlabel\\n;expected rows after the header;found none",
                "a.csv;text,label\\n;expected rows after the header;found none",
                "a.csv;text,label\\n\"a\\nb\",1\\nc;line 4;expected 2 fields",
                "a.csv;text,label\\nc,1\\n\"a,1\\n;line 3;not closed",
                "a.csv;text,label\\n\"a\"b,1\\n;line 2;follows",
                "a.jsonl;{\"text\": \"a\"}\\n{\"text\": };line 2;not valid JSON",
                "a.jsonl;{\"text\": \"a\"}\\n[1];line 2;expected a JSON object",
                "a.json;{\"text\": \"a\", \"text\": \"b\"};line 1;stands twice",
                "a.json;' \\n';expected rows;empty file",
                "a.parquet;x;.jsonl;it says how the file is read",
            })
    void malformedFilesAreRefusedByLine(String name, String content, String first, String second) throws IOException {
        refused(file(name, content.replace("\\n", "\n").replace("\\t", "\t")), first, second);
    }

    @Test
    void whatIsNoFileOrNoTextIsRefused() throws IOException {
        refused(folder.resolve("absent.tsv"), "there is no such file");
        refused(Files.createDirectory(folder.resolve("folder.tsv")), "found a folder");
        refused(Files.write(folder.resolve("empty.tsv"), new byte[0]), "empty file");
        Path latin = folder.resolve("latin.tsv");
        Files.write(latin, "text\tlabel\nok\t1\ncaf\u00E9\t1\n".getBytes(StandardCharsets.ISO_8859_1));
        refused(latin, "line 3", "not valid UTF-8");
        Path cut = folder.resolve("cut.tsv");
        Files.write(cut, new byte[] {'a', '\n', 'b', '\n', (byte) 0xC3});
        refused(cut, "line 3", "not valid UTF-8");
    }

    @Test
    void columnsAreFoundByNameOrByMapping() throws IOException {
        Table table = TableFile.read(file("sick.txt", "pair_ID\tsentence_A\tsentence_B\tjudgment\n1\ta\tb\tNEUTRAL\n"));
        String message = assertThrows(TrainingException.class, () -> table.require(Column.TEXT, Columns.RECOGNISED))
                .getMessage();
        assertTrue(
                message.contains("sick.txt") && message.contains("sentence_A") && message.contains("premise"), message);
        Columns mapped = Columns.parse("text=sentence_A,text_pair=sentence_B,label=judgment");
        assertEquals("sentence_A", table.require(Column.TEXT, mapped));
        assertEquals("sentence_B", table.find(Column.TEXT_PAIR, mapped).orElseThrow());
        assertThrows(TrainingException.class, () -> table.require(Column.TEXT, Columns.parse("text=sentence_C")));
        assertThrows(IllegalArgumentException.class, () -> Columns.parse("txt=sentence_A"));
        assertThrows(IllegalArgumentException.class, () -> Columns.parse("text="));
    }

    @Test
    void optionalColumnsAreThoseOfTheMappingWhereThereIsOne() throws IOException {
        Table table = TableFile.read(file("pairs.tsv", "sentence1\tsentence2\tlabel\na\tb\t1\n"));
        assertEquals(
                "sentence2", table.find(Column.TEXT_PAIR, Columns.RECOGNISED).orElseThrow());
        Columns first = new Columns(Map.of(Column.TEXT, "sentence1"));
        assertTrue(table.find(Column.TEXT_PAIR, first).isEmpty());
        assertEquals("label", table.require(Column.LABEL, first));
    }

    @Test
    void twoColumnsForOneThingAreRefused() throws IOException {
        Table table = TableFile.read(file("qnli.tsv", "question\tsentence\tlabel\na\tb\t1\n"));
        String message = assertThrows(TrainingException.class, () -> table.require(Column.TEXT, Columns.RECOGNISED))
                .getMessage();
        assertTrue(message.contains("sentence and question"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "{}", "\"\"", "true", "5"})
    void aTextThatIsNoneIsRefused(String value) throws IOException {
        Row row = TableFile.read(file("a.jsonl", "{\"text\": " + value + "}"))
                .rows()
                .getFirst();
        String message =
                assertThrows(TrainingException.class, () -> row.text("text")).getMessage();
        assertTrue(message.contains("a.jsonl, line 1: ") && message.contains("text"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "\"\"", "true", "\"1\"", "1e99"})
    void aNumberThatIsNoneIsRefused(String value) throws IOException {
        Row row = TableFile.read(file("a.jsonl", "{\"score\": " + value + "}"))
                .rows()
                .getFirst();
        assertThrows(TrainingException.class, () -> row.number("score"));
    }

    @Test
    void taggedWordsComeFromLinesAndFromJson() throws IOException {
        Path lines = file("ner.txt", "-DOCSTART- -X- O\n\nAnna NNP B-PER\nsings VBZ O\n\n\nParis NNP B-LOC\n");
        List<TaggedWords> sentences = TaggedWords.read(lines, Columns.RECOGNISED);
        assertEquals(List.of("Anna", "sings"), sentences.get(0).words());
        assertEquals(List.of("B-PER", "O"), sentences.get(0).tags());
        assertEquals(4, sentences.get(0).origin(1).line());
        assertEquals(7, sentences.get(1).origin().line());
        Path json = file("ner.json", "{\"tokens\": [\"Anna\", \"sings\"], \"ner_tags\": [1, 0]}\n");
        assertEquals(
                List.of("1", "0"),
                TaggedWords.read(json, Columns.RECOGNISED).getFirst().tags());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ner.txt;Anna B-PER\nsings\n;line 2",
                "ner.txt;Anna X B-PER\nsings O\n;line 2",
                "ner.txt;Anna\tB-PER\nsings\t\n;line 2",
                "ner.txt;-DOCSTART- O\n;expected sentences",
                "ner.json;{\"tokens\": [\"a\"], \"tags\": []};line 1",
                "ner.json;{\"tokens\": [], \"tags\": []};line 1",
                "ner.json;{\"tokens\": [1], \"tags\": [\"O\"]};line 1",
                "ner.json;{\"tokens\": [\"a\"], \"tags\": [null]};line 1",
            })
    void badTaggedWordsAreRefused(String specimen) throws IOException {
        String[] parts = specimen.split(";");
        Path file = file(parts[0], parts[1]);
        String message = assertThrows(TrainingException.class, () -> TaggedWords.read(file, Columns.RECOGNISED))
                .getMessage();
        assertTrue(message.contains(file.toString()) && message.contains(parts[2]), message);
    }
}

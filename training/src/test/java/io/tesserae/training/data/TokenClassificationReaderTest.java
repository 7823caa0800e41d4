package io.tesserae.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.data.table.TaggedWords;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenClassificationReaderTest {

    private static final TextEncoder ENCODER =
            new TextEncoder(AutoTokenizer.fromPretrained(Path.of("../testdata/fixtures/bert-ner")), 24);

    @TempDir
    Path folder;

    private List<TaggedWords> sentences(String content) throws IOException {
        return TaggedWords.read(Files.writeString(folder.resolve("ner.jsonl"), content), Columns.RECOGNISED);
    }

    /** What run_ner.py's alignment makes of it with transformers 5.18: a word without tokens is passed over, the end is cut off. */
    @Test
    void labelsAreAlignedWithTokens() throws IOException {
        List<TaggedWords> sentences = sentences(
                "{\"tokens\": [\"Angela\", \"Merkel\", \"visits\", \"Washington\", \",\", \"unbelievably\", \"\\u00a0\", \"D.C.\","
                        + " \"sings\"], \"tags\": [\"B-PER\", \"I-PER\", \"O\", \"B-LOC\", \"O\", \"O\", \"O\", \"B-LOC\", \"O\"]}");
        LabelSet labels = TokenClassificationReader.labels(sentences);
        assertEquals(List.of("B-LOC", "B-PER", "I-PER", "O"), labels.names());
        TokenClassificationExample first = new TokenClassificationReader(ENCODER, false)
                .read(sentences, labels)
                .get(0);
        assertArrayEquals(
                new int[] {
                    2, 260, 397, 148, 55, 118, 741, 91, 200, 259, 95, 370, 94, 128, 86, 147, 16, 137, 434, 96, 81, 102,
                    390, 3
                },
                first.text().inputIds());
        int no = LabelSet.IGNORED;
        assertArrayEquals(
                new int[] {no, 1, no, no, 2, no, no, no, 3, no, no, 0, no, no, no, no, 3, 3, no, no, no, no, no, no},
                first.labels());
        TokenClassificationExample all = new TokenClassificationReader(ENCODER, true)
                .read(sentences, labels)
                .get(0);
        assertArrayEquals(
                new int[] {no, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 3, no}, all.labels());
    }

    @Test
    void batchesHaveALabelForEachToken() throws IOException {
        List<TaggedWords> sentences = sentences("{\"tokens\": [\"anna\"], \"tags\": [\"A\"]}\n"
                + "{\"tokens\": [\"the\", \"river\"], \"tags\": [\"B\", \"A\"]}");
        Dataset<TokenClassificationExample> data = new TokenClassificationReader(ENCODER, false)
                .read(sentences, TokenClassificationReader.labels(sentences));
        TokenLabelBatch batch = TokenLabelBatch.of(data.get(new int[] {1, 0}));
        assertEquals(batch.tokens().tokens(), batch.labels().length);
        assertEquals(3, batch.labelled());
        assertEquals(1, batch.labels()[1]);
        assertEquals(0, batch.labels()[batch.tokens().sequenceStarts()[1] + 1]);
        assertEquals(LabelSet.IGNORED, batch.labels()[batch.tokens().sequenceStarts()[1]]);
    }

    @Test
    void anUnknownTagIsNamedWithItsWordsLine() throws IOException {
        Path file = Files.writeString(folder.resolve("ner.conll"), "Anna O\nsings B-X\n");
        List<TaggedWords> sentences = TaggedWords.read(file, Columns.RECOGNISED);
        TokenClassificationReader reader = new TokenClassificationReader(ENCODER, false);
        LabelSet labels = new LabelSet(List.of("O"));
        String message = assertThrows(TrainingException.class, () -> reader.read(sentences, labels))
                .getMessage();
        assertTrue(message.contains("ner.conll, line 2: ") && message.contains("B-X"), message);
    }
}

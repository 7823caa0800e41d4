package io.tesserae.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.data.table.Table;
import io.tesserae.training.data.table.TableFile;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencePairReaderTest {

    private static final Tokenizer TOKENIZER =
            AutoTokenizer.fromPretrained(Path.of("../testdata/fixtures/sentence-embedding"));
    private static final SentencePairReader READER =
            new SentencePairReader(new TextEncoder(TOKENIZER, 32), Columns.RECOGNISED);

    @TempDir
    Path folder;

    private Table table(String content) throws IOException {
        return TableFile.read(Files.writeString(folder.resolve("pairs.tsv"), content));
    }

    @Test
    void groupsHaveAnAnchorAPositiveAndPerhapsANegative() throws IOException {
        Table table = table("anchor\tpositive\tnegative\nthe river\tthe church\tanna\nanna\tthe river\tthe church\n");
        assertFalse(READER.hasScores(table));
        SentenceGroupBatch batch = SentenceGroupBatch.of(READER.groups(table).get(new int[] {1, 0}));
        assertEquals(2, batch.anchors().sequences());
        assertEquals(2, batch.negatives().orElseThrow().sequences());
        int[] anna = TOKENIZER.encode("anna").inputIds();
        assertEquals(anna.length, batch.anchors().length(0));
        assertEquals(anna.length, batch.negatives().orElseThrow().length(1));
        Table pairs = table("sentence1\tsentence2\na\tb\n");
        assertTrue(SentenceGroupBatch.of(READER.groups(pairs).get(new int[] {0}))
                .negatives()
                .isEmpty());
    }

    @Test
    void scoredPairsHaveANumberEach() throws IOException {
        Table table = table("sentence1\tsentence2\tscore\nanna\tthe river\t0.25\nthe river\tanna\t1\n");
        assertTrue(READER.hasScores(table));
        ScoredPairBatch batch = ScoredPairBatch.of(READER.scoredPairs(table).get(new int[] {0, 1}));
        assertArrayEquals(new float[] {0.25f, 1}, batch.scores());
        assertEquals(batch.first().length(0), batch.second().length(1));
        Table bad = table("sentence1\tsentence2\tscore\nanna\tthe river\tfar\n");
        String message = assertThrows(TrainingException.class, () -> READER.scoredPairs(bad))
                .getMessage();
        assertTrue(message.contains("pairs.tsv, line 2: score: expected a number"), message);
    }

    @Test
    void negativesAreInAllGroupsOrInNone() {
        EncodedText text = new EncodedText(new int[1], new int[1]);
        List<SentenceGroup> groups = List.of(
                new SentenceGroup(text, text, Optional.of(text)), new SentenceGroup(text, text, Optional.empty()));
        assertThrows(IllegalArgumentException.class, () -> SentenceGroupBatch.of(groups));
    }
}

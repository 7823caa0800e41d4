package io.tesserae.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.model.TokenBatch;
import io.tesserae.tokenizer.Encoding;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorpusWorkloadTest {

    private static final Path CHECKPOINT = Path.of("..", "testdata", "fixtures", "distilbert-sst2");

    private static final List<String> TEXTS = List.of("a b c", "a", "a b", "a b c d e");
    private static final List<int[]> IDS =
            List.of(new int[] {1, 2, 3}, new int[] {4}, new int[] {5, 6}, new int[] {7, 8, 9, 10, 11});

    @Test
    void batchesArePaddedInTheirOrderOrSorted() {
        CorpusWorkload inOrder = new CorpusWorkload(TEXTS, IDS, 2, false);
        CorpusWorkload sorted = new CorpusWorkload(TEXTS, IDS, 2, true);
        assertEquals(11, inOrder.units());
        assertEquals("corpus:1,2,3;4|5,6;7,8,9,10,11", inOrder.toString());
        assertEquals("corpus:4;5,6|1,2,3;7,8,9,10,11", sorted.toString());
        assertArrayEquals(
                new long[][] {{1, 2, 3}, {4, 0, 0}},
                inOrder.paddedIds(inOrder.batches().getFirst()));
        assertArrayEquals(
                new long[][] {{1, 1, 1}, {1, 0, 0}},
                inOrder.attentionMask(inOrder.batches().getFirst()));
        float[][] rows = {{1}, {2}, {0}, {3}};
        assertArrayEquals(new float[][] {{0}, {1}, {2}, {3}}, sorted.inOrder(List.of(rows)), "as the texts stand");
        assertThrows(IllegalArgumentException.class, () -> new CorpusWorkload(List.of(), List.of(), 2, false));
        assertThrows(IllegalArgumentException.class, () -> new CorpusWorkload(TEXTS, IDS, 0, false));
    }

    /** What is timed is what everybody calls, from text to label; in the order of the labels it is the logits. */
    @Test
    void tesseraeIsGivenTheTexts() {
        List<String> texts = List.of("The actors were very convincing.", "", "A dull film.");
        List<int[]> ids = AutoTokenizer.fromPretrained(CHECKPOINT).encodeBatch(texts).stream()
                .map(Encoding::inputIds)
                .toList();
        try (TesseraeContender contender = new TesseraeContender(CHECKPOINT, 1);
                var model = AutoModelForSequenceClassification.fromPretrained(CHECKPOINT)) {
            float[][] logits = contender.logits(new CorpusWorkload(texts, ids, 2, true));
            for (int text = 0; text < texts.size(); text++) {
                assertArrayEquals(
                        model.forward(TokenBatch.of(ids.get(text))).logits().toArray(), logits[text]);
            }
        }
    }
}

package io.tesserae.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.data.table.Origin;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenMaskingTest {

    private static final int MASK = 4;
    private static final int VOCABULARY = 1000;

    @TempDir
    Path folder;

    /** Texts of the tokens 500, between special ones. */
    private static Dataset<MaskableText> texts(int count, int length) {
        boolean[] special = new boolean[length];
        special[0] = true;
        special[length - 1] = true;
        int[] ids = new int[length];
        Arrays.fill(ids, 500);
        return Dataset.of(Collections.nCopies(
                count,
                new MaskableText(new EncodedText(ids, new int[length]), special, new Origin(Path.of("texts.txt"), 1))));
    }

    @Property(tries = 20)
    void theFractionsAreThoseOfBert(@ForAll long seed, @ForAll @IntRange(min = 0, max = 100) int epoch) {
        int[] all = IntStream.range(0, 200).toArray();
        TokenLabelBatch batch = new TokenMasking(MASK, VOCABULARY, 0.15f, seed).batch(texts(200, 102), all, epoch);
        int asked = 0;
        int masked = 0;
        int kept = 0;
        for (int i = 0; i < batch.labels().length; i++) {
            int id = batch.tokens().inputIds()[i];
            boolean isAsked = batch.labels()[i] != LabelSet.IGNORED;
            boolean special = i % 102 == 0 || i % 102 == 101;
            assertFalse(special && isAsked);
            assertTrue(isAsked ? batch.labels()[i] == 500 : id == 500);
            assertTrue(id >= 0 && id < VOCABULARY);
            asked += isAsked ? 1 : 0;
            masked += isAsked && id == MASK ? 1 : 0;
            kept += isAsked && id == 500 ? 1 : 0;
        }
        assertEquals(asked, batch.labelled());
        // Five standard deviations on either side.
        assertEquals(0.15, asked / 20000.0, 5 * Math.sqrt(0.15 * 0.85 / 20000));
        assertEquals(0.8, masked / (double) asked, 5 * Math.sqrt(0.8 * 0.2 / asked) + 0.001);
        assertEquals(0.1, kept / (double) asked, 5 * Math.sqrt(0.1 * 0.9 / asked) + 0.001);
    }

    @Property(tries = 50)
    void aTextIsMaskedAlikeInAnyBatch(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 9) int index,
            @ForAll @IntRange(min = 0, max = 9) int other) {
        TokenMasking masking = new TokenMasking(MASK, VOCABULARY, 0.5f, seed);
        Dataset<MaskableText> texts = texts(10, 50);
        TokenLabelBatch alone = masking.batch(texts, new int[] {index}, 2);
        TokenLabelBatch behind = masking.batch(texts, new int[] {other, index}, 2);
        assertArrayEquals(alone.labels(), Arrays.copyOfRange(behind.labels(), 50, 100));
        assertArrayEquals(
                alone.tokens().inputIds(), Arrays.copyOfRange(behind.tokens().inputIds(), 50, 100));
    }

    @Test
    void epochsSeedsAndExamplesDiffer() {
        Dataset<MaskableText> texts = texts(2, 200);
        int[] labels = new TokenMasking(MASK, VOCABULARY, 0.5f, 1)
                .batch(texts, new int[] {0}, 0)
                .labels();
        TokenMasking same = new TokenMasking(MASK, VOCABULARY, 0.5f, 1);
        assertFalse(Arrays.equals(labels, same.batch(texts, new int[] {0}, 1).labels()));
        assertFalse(Arrays.equals(labels, same.batch(texts, new int[] {1}, 0).labels()));
        TokenMasking seeded = new TokenMasking(MASK, VOCABULARY, 0.5f, 2);
        assertFalse(Arrays.equals(labels, seeded.batch(texts, new int[] {0}, 0).labels()));
    }

    @Test
    void drawnTokensComeFromTheWholeVocabulary() {
        int[] all = IntStream.range(0, 100).toArray();
        TokenLabelBatch batch = new TokenMasking(MASK, VOCABULARY, 1, 3).batch(texts(100, 102), all, 0);
        int[] drawn = Arrays.stream(batch.tokens().inputIds())
                .filter(id -> id != MASK && id != 500)
                .toArray();
        assertTrue(Arrays.stream(drawn).min().orElseThrow() < 20);
        assertTrue(Arrays.stream(drawn).max().orElseThrow() >= 980);
        assertEquals(499.5, Arrays.stream(drawn).average().orElseThrow(), 50);
    }

    @Test
    void textsComeFromLinesOrFromAColumn() throws IOException {
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(Path.of("../testdata/fixtures/bert-mlm"));
        MaskableTextReader reader = new MaskableTextReader(new TextEncoder(tokenizer, 16), Columns.RECOGNISED);
        Path lines = Files.writeString(folder.resolve("a.txt"), "the river\n\nthe church\tof anna\n");
        Path column = Files.writeString(folder.resolve("b.jsonl"), "{\"text\": \"the river\"}\n");
        assertEquals(2, reader.read(lines).size());
        MaskableText first = reader.read(column).get(0);
        assertArrayEquals(
                reader.read(lines).get(0).text().inputIds(), first.text().inputIds());
        assertTrue(first.special()[0] && first.special()[first.text().length() - 1] && !first.special()[1]);
        assertEquals(
                tokenizer.maskTokenId(), TokenMasking.of(tokenizer, 0.15f, 1).maskTokenId());
        Path empty = Files.writeString(folder.resolve("c.txt"), "\n \n");
        assertThrows(TrainingException.class, () -> reader.read(empty));
    }

    @Test
    void probabilitiesAreFromZeroToOne() {
        assertThrows(IllegalArgumentException.class, () -> new TokenMasking(MASK, VOCABULARY, 1.5f, 1));
        assertThrows(IllegalArgumentException.class, () -> new TokenMasking(MASK, VOCABULARY, Float.NaN, 1));
        assertThrows(IllegalArgumentException.class, () -> new TokenMasking(VOCABULARY, VOCABULARY, 0.5f, 1));
    }
}

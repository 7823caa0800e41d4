package io.tesserae.pipelines.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.pipelines.Question;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RaggedScheduleTest {

    private static final Tokenizer TOKENIZER =
            AutoTokenizer.fromPretrained(Question.TEST_DATA.resolve("fixtures/distilbert-sst2"));

    /**
     * An input is a list of lengths, a sequence of so many words for each; the model says how long a sequence is, and the
     * answer is what it said of all of them.
     */
    private static final class Lengths implements Work.OnTexts<List<Integer>, Integer, List<Integer>> {

        private final List<List<Integer>> batches = new ArrayList<>();

        @Override
        public List<Encoding> encode(List<Integer> input) {
            if (input.contains(-1)) {
                throw new IllegalArgumentException("a length of -1");
            }
            return input.stream()
                    .map(words -> TOKENIZER.encode("a ".repeat(words)))
                    .toList();
        }

        @Override
        public List<Integer> forward(List<Encoding> batch) {
            List<Integer> words =
                    batch.stream().map(sequence -> sequence.size() - 2).toList();
            batches.add(words);
            return words;
        }

        @Override
        public List<Integer> answer(List<Integer> input, List<Encoding> sequences, List<Integer> results) {
            assertEquals(input.size(), sequences.size());
            return List.copyOf(results);
        }
    }

    @Property(tries = 200)
    void everyInputIsAnsweredOnceInItsPlaceWhateverTheBatches(
            @ForAll @Size(max = 40) List<@Size(max = 5) List<@IntRange(max = 700) Integer>> inputs,
            @ForAll @IntRange(max = 7) int batchSize) {
        Lengths work = new Lengths();
        assertEquals(inputs, RaggedSchedule.list(inputs, batchSize, work));
        assertEquals(
                inputs.stream().flatMap(List::stream).toList(),
                work.batches.stream().flatMap(List::stream).toList(),
                "every sequence goes through the model once, in order");
        for (List<Integer> batch : work.batches) {
            int allButLast = batch.subList(0, batch.size() - 1).stream()
                    .mapToInt(words -> words + 2)
                    .sum();
            assertTrue(batchSize > 0 ? batch.size() <= batchSize : allButLast < 2048, "too large: " + batch);
        }
        long full = work.batches.stream()
                .filter(batch -> batchSize > 0
                        ? batch.size() == batchSize
                        : batch.stream().mapToInt(words -> words + 2).sum() >= 2048)
                .count();
        assertTrue(full >= work.batches.size() - 1, "only the last batch may be less than full");
        try (Stream<List<Integer>> answers = RaggedSchedule.stream(inputs.stream(), batchSize, new Lengths())) {
            assertEquals(inputs, answers.toList());
        }
    }

    @Test
    void aStreamReadsNoMoreThanABatchAhead() {
        AtomicInteger read = new AtomicInteger();
        Stream<List<Integer>> endless = Stream.generate(() -> {
            read.incrementAndGet();
            return List.of(98); // 100 tokens
        });
        Iterator<List<Integer>> answers =
                RaggedSchedule.stream(endless, 0, new Lengths()).iterator();
        for (int i = 1; i <= 1000; i++) {
            assertEquals(List.of(98), answers.next());
            assertTrue(read.get() <= Math.ceilDiv(i, 21) * 21, read + " were read for " + i + " answers");
        }
    }

    @Test
    void answersBeforeABadInputComeFirst() {
        List<List<Integer>> inputs = List.of(List.of(3), List.of(4, 5), List.of(-1), List.of(6));
        Iterator<List<Integer>> answers =
                RaggedSchedule.stream(inputs.stream(), 0, new Lengths()).iterator();
        assertEquals(List.of(3), answers.next());
        assertEquals(List.of(4, 5), answers.next());
        assertEquals(
                "a length of -1",
                assertThrows(IllegalArgumentException.class, answers::next).getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> RaggedSchedule.list(inputs, 0, new Lengths()),
                "a list has no use for half an answer");
    }

    @Test
    void anInterruptedThreadGetsNoFurtherBatch() {
        Stream<List<Integer>> inputs = IntStream.range(0, 10).mapToObj(Collections::singletonList);
        Iterator<List<Integer>> answers =
                RaggedSchedule.stream(inputs, 2, new Lengths()).iterator();
        assertEquals(List.of(0), answers.next());
        Thread.currentThread().interrupt();
        try {
            assertEquals(List.of(1), answers.next(), "of the batch that was done");
            assertThrows(CancellationException.class, answers::next);
            assertTrue(Thread.currentThread().isInterrupted());
        } finally {
            Thread.interrupted();
        }
        assertEquals(List.of(2), answers.next(), "whoever was not meant can go on");
    }

    @Test
    void theStreamClosesWhatItReads() {
        AtomicInteger closed = new AtomicInteger();
        Stream<List<Integer>> inputs = Stream.of(List.of(1)).onClose(closed::incrementAndGet);
        RaggedSchedule.stream(inputs, 0, new Lengths()).close();
        assertEquals(1, closed.get());
    }
}

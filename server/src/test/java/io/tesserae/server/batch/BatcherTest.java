package io.tesserae.server.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes into a batch, in which order, and what becomes of those that are no good or that nobody wants any more. */
@Timeout(30)
class BatcherTest {

    /** A model that writes down what it is asked, and that can be held so that others have to wait. */
    private static final class Model implements Inference<String, String, String> {

        private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch held = new CountDownLatch(1);

        @Override
        public Stream<String> answer(Stream<String> inputs, String options) {
            List<String> batch = new ArrayList<>();
            batches.add(batch);
            return inputs.map(input -> {
                batch.add(input);
                if (input.equals("hold")) {
                    entered.countDown();
                    awaitUninterruptibly(held);
                }
                if (input.startsWith("bad")) {
                    throw new IllegalArgumentException(input + " is no good");
                }
                return input + "/" + options;
            });
        }

        private static void awaitUninterruptibly(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String answer(CompletableFuture<BatchAnswer<String>> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS).answer();
    }

    private static List<CompletableFuture<BatchAnswer<String>>> submitAll(
            Batcher<String, String, String> batcher, String options, String... inputs) {
        return Stream.of(inputs)
                .map(input -> batcher.submit(input, options, 10))
                .toList();
    }

    @Test
    void whatWaitsGoesTogetherInItsOrder() throws Exception {
        Model model = new Model();
        try (var batcher = Batcher.start("test", model, 1000, BatchListener.NONE)) {
            var first = batcher.submit("hold", "x", 10);
            model.entered.await();
            var others = submitAll(batcher, "x", "a", "b", "c");
            model.held.countDown();
            assertEquals("hold/x", answer(first));
            assertEquals(
                    List.of("a/x", "b/x", "c/x"),
                    List.of(answer(others.get(0)), answer(others.get(1)), answer(others.get(2))));
        }
        assertEquals(List.of(List.of("hold"), List.of("a", "b", "c")), model.batches);
    }

    @Test
    void aBatchEndsWhereTheBudgetDoesAndALargeInputGoesAlone() throws Exception {
        Model model = new Model();
        try (var batcher = Batcher.start("test", model, 25, BatchListener.NONE)) {
            batcher.submit("hold", "x", 10);
            model.entered.await();
            submitAll(batcher, "x", "a", "b", "c");
            batcher.submit("large", "x", 1000);
            var last = batcher.submit("d", "x", 10);
            model.held.countDown();
            answer(last);
        }
        assertEquals(
                List.of(List.of("hold"), List.of("a", "b"), List.of("c"), List.of("large"), List.of("d")),
                model.batches);
    }

    @Test
    void optionsAreNeverMixedAndNobodyOvertakes() throws Exception {
        Model model = new Model();
        try (var batcher = Batcher.start("test", model, 1000, BatchListener.NONE)) {
            batcher.submit("hold", "x", 10);
            model.entered.await();
            batcher.submit("a", "x", 10);
            var other = batcher.submit("b", "y", 10);
            var last = batcher.submit("c", "x", 10);
            model.held.countDown();
            assertEquals("b/y", answer(other));
            assertEquals("c/x", answer(last));
        }
        assertEquals(List.of(List.of("hold"), List.of("a"), List.of("b"), List.of("c")), model.batches);
    }

    @Test
    void whoHasLeftIsNotAskedFor() throws Exception {
        Model model = new Model();
        try (var batcher = Batcher.start("test", model, 1000, BatchListener.NONE)) {
            batcher.submit("hold", "x", 10);
            model.entered.await();
            var others = submitAll(batcher, "x", "a", "b", "c");
            others.get(1).cancel(false);
            model.held.countDown();
            assertEquals("a/x", answer(others.get(0)));
            assertEquals("c/x", answer(others.get(2)));
        }
        assertEquals(List.of(List.of("hold"), List.of("a", "c")), model.batches);
    }

    @Test
    void whoLeavesWhileTheBatchIsOnItsWayIsNotAskedForEither() throws Exception {
        Model model = new Model();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        Inference<String, String, String> gated = (inputs, options) -> {
            begun.countDown();
            Model.awaitUninterruptibly(gate);
            return model.answer(inputs, options);
        };
        try (var batcher = Batcher.start("test", gated, 1000, BatchListener.NONE)) {
            var left = batcher.submit("a", "x", 10);
            begun.await();
            left.cancel(false);
            gate.countDown();
            assertEquals("b/x", answer(batcher.submit("b", "x", 10)));
        }
        assertTrue(model.batches.stream().noneMatch(batch -> batch.contains("a")), model.batches.toString());
    }

    @Test
    void anInputThatIsNoGoodFailsAlone() throws Exception {
        Model model = new Model();
        try (var batcher = Batcher.start("test", model, 1000, BatchListener.NONE)) {
            batcher.submit("hold", "x", 10);
            model.entered.await();
            var others = submitAll(batcher, "x", "a", "bad", "c", "bad again", "e");
            model.held.countDown();
            assertEquals("a/x", answer(others.get(0)));
            assertEquals("c/x", answer(others.get(2)));
            assertEquals("e/x", answer(others.get(4)));
            assertEquals(
                    "bad is no good",
                    assertThrows(ExecutionException.class, () -> answer(others.get(1)))
                            .getCause()
                            .getMessage());
            assertEquals(
                    "bad again is no good",
                    assertThrows(ExecutionException.class, () -> answer(others.get(3)))
                            .getCause()
                            .getMessage());
        }
    }

    @Test
    void anErrorIsAnAnswerToAndTheNextOnesAreAnswered() throws Exception {
        Inference<String, String, String> failing = (inputs, options) -> inputs.map(input -> {
            if (input.equals("deep")) {
                throw new StackOverflowError();
            }
            return input;
        });
        try (var batcher = Batcher.start("test", failing, 1000, BatchListener.NONE)) {
            var deep = batcher.submit("deep", "x", 10);
            assertTrue(
                    assertThrows(ExecutionException.class, () -> answer(deep)).getCause()
                            instanceof StackOverflowError);
            assertEquals("next", answer(batcher.submit("next", "x", 10)));
        }
    }

    @Test
    void closingAnswersWhatWaitsAndRefusesMore() throws Exception {
        Model model = new Model();
        var batcher = Batcher.start("test", model, 15, BatchListener.NONE);
        batcher.submit("hold", "x", 10);
        model.entered.await();
        var waiting = submitAll(batcher, "x", "a", "b");
        Thread closing = Thread.ofVirtual().start(batcher::close);
        model.held.countDown();
        assertEquals("a/x", answer(waiting.get(0)));
        assertEquals("b/x", answer(waiting.get(1)));
        closing.join();
        assertThrows(IllegalStateException.class, () -> batcher.submit("late", "x", 10));
    }

    @Test
    void theQueueIsCountedUpAndDown() throws Exception {
        Model model = new Model();
        List<Integer> changes = Collections.synchronizedList(new ArrayList<>());
        List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        BatchListener listener = new BatchListener() {
            @Override
            public void queued(int entries) {
                changes.add(entries);
            }

            @Override
            public void batch(int entries, int tokens, long nanos) {
                sizes.add(entries);
            }
        };
        try (var batcher = Batcher.start("test", model, 1000, listener)) {
            batcher.submit("hold", "x", 10);
            model.entered.await();
            submitAll(batcher, "x", "a", "b");
            assertEquals(2, changes.stream().mapToInt(Integer::intValue).sum());
            model.held.countDown();
        }
        assertEquals(0, changes.stream().mapToInt(Integer::intValue).sum());
        assertEquals(List.of(1, 2), sizes);
    }

    @Test
    void manyThreadsEachGetTheirOwn() throws Exception {
        Inference<Integer, String, Integer> square = (inputs, options) -> inputs.map(input -> input * input);
        try (var batcher = Batcher.start("test", square, 100, BatchListener.NONE)) {
            List<Thread> threads = IntStream.range(0, 200)
                    .mapToObj(i -> Thread.ofVirtual().unstarted(() -> {
                        for (int round = 0; round < 20; round++) {
                            int input = i * 100 + round;
                            assertEquals(
                                    input * input,
                                    batcher.submit(input, "x", 7).join().answer());
                        }
                    }))
                    .toList();
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            threads.forEach(thread -> thread.setUncaughtExceptionHandler((_, failure) -> failures.add(failure)));
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), failures);
        }
    }
}

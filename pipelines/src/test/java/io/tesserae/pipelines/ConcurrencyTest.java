package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassification;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The third law: any number of threads may call one model. {@code -Dtesserae.stress=10000} calls it that often. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConcurrencyTest {

    private static final int THREADS = 32;
    private static final int CALLS = Integer.getInteger("tesserae.stress", 1500);

    /** A leak grows in every round, a workspace that happens to be new in one of them. */
    private static final int ROUNDS = 5;

    private static final long GROWTH_LIMIT = 1L << 20;

    private static final TextClassificationOptions OPTIONS =
            TextClassificationOptions.DEFAULT.withAllLabels().withTruncation(true);

    /** From 2 to 128 tokens. */
    private static final List<TextInput> INPUTS = inputs();

    /** One of the many calls; whatever it throws fails the test. */
    @FunctionalInterface
    private interface Call {
        void run(int number) throws Exception;
    }

    @Test
    void manyThreadsGetTheBitsThatOneGetsAndLeaveNothingBehind() throws Exception {
        try (Engine engine = Engine.builder().threads(3).build();
                TextClassificationPipeline pipeline = load(engine)) {
            List<TextClassification> expected = answers(pipeline);
            Call call = number -> {
                int input = number * 31 % INPUTS.size();
                if (number % 10 == 0) { // some calls are batches
                    assertEquals(expected.subList(0, input), pipeline.classify(INPUTS.subList(0, input), OPTIONS));
                } else {
                    assertEquals(expected.get(input), pipeline.classify(INPUTS.get(input), OPTIONS));
                }
            };
            // Workspaces are kept, and grow to the largest call there is; which of them has seen it is chance.
            onManyThreads(THREADS, number -> assertEquals(expected, pipeline.classify(INPUTS, OPTIONS)));
            List<Long> growth = new ArrayList<>();
            long start = System.nanoTime();
            for (int round = 0; round < ROUNDS; round++) {
                long before = usedHeap();
                onManyThreads(CALLS / ROUNDS, call);
                growth.add(usedHeap() - before);
            }
            System.out.printf(
                    "%d calls on %d threads: %.1f s, the heap grew by %s bytes in %d rounds%n",
                    CALLS, THREADS, (System.nanoTime() - start) / 1e9, growth, ROUNDS);
            assertTrue(Collections.min(growth) < GROWTH_LIMIT, "the heap grows in every round, by " + growth);
        }
    }

    @Test
    void aCallerThatIsInterruptedGetsItsAnswerAndStaysInterrupted() throws Exception {
        try (Engine engine = Engine.builder().threads(2).build();
                TextClassificationPipeline pipeline = load(engine)) {
            List<TextClassification> expected = answers(pipeline);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread caller = new Thread(() -> {
                try {
                    while (!Thread.currentThread().isInterrupted()) {
                        assertEquals(expected.getLast(), pipeline.classify(INPUTS.getLast(), OPTIONS));
                    }
                    assertEquals(expected, answers(pipeline));
                    assertTrue(Thread.currentThread().isInterrupted());
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            caller.start();
            Thread.sleep(50);
            caller.interrupt();
            assertTrue(caller.join(Duration.ofSeconds(60)), "hangs");
            assertNull(failure.get());
            assertEquals(expected, answers(pipeline), "for the others nothing has changed");
        }
    }

    /** Files cannot be read by a thread that is interrupted: loading says so, and is no harm to others. */
    @Test
    void anInterruptedThreadThatLoadsAModelIsToldWhatHappened() throws Exception {
        try (Engine engine = Engine.builder().threads(2).build();
                TextClassificationPipeline other = load(engine)) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread loader = new Thread(() -> {
                Thread.currentThread().interrupt();
                try (TextClassificationPipeline pipeline = load(engine)) {
                    answers(pipeline);
                } catch (ModelLoadingException e) {
                    failure.set(e);
                }
            });
            loader.start();
            assertTrue(loader.join(Duration.ofSeconds(60)), "hangs");
            assertTrue(
                    failure.get().getMessage().contains("interrupted"),
                    failure.get().getMessage());
            try (TextClassificationPipeline again = load(engine)) {
                assertEquals(answers(other), answers(again));
            }
        }
    }

    @Test
    void anEngineThatIsClosedDuringCallsLetsThemFinish() throws Exception {
        for (int round = 0; round < 8; round++) {
            try (Engine engine = Engine.builder().threads(3).build();
                    TextClassificationPipeline pipeline = load(engine)) {
                Runnable closer = engine::close;
                List<TextClassification> expected = answers(pipeline);
                AtomicInteger done = new AtomicInteger();
                onManyThreads(2 * THREADS, number -> {
                    if (done.incrementAndGet() == THREADS / 2) {
                        closer.run();
                    }
                    int input = number % INPUTS.size();
                    assertEquals(expected.get(input), pipeline.classify(INPUTS.get(input), OPTIONS));
                });
            }
        }
    }

    @Test
    void aPipelineThatIsClosedDuringCallsAnswersRightlyOrSaysThatItIsClosed() throws Exception {
        for (int round = 0; round < 10; round++) {
            try (Engine engine = Engine.builder().threads(2).build();
                    TextClassificationPipeline pipeline = load(engine)) {
                Runnable closer = pipeline::close;
                List<TextClassification> expected = answers(pipeline);
                AtomicInteger done = new AtomicInteger();
                onManyThreads(3 * THREADS, number -> {
                    if (done.incrementAndGet() == THREADS) {
                        closer.run();
                    }
                    int input = number % INPUTS.size();
                    try {
                        assertEquals(expected.get(input), pipeline.classify(INPUTS.get(input), OPTIONS));
                    } catch (IllegalStateException e) {
                        assertTrue(e.getMessage().toLowerCase().contains("closed"), e.toString());
                    }
                });
            }
        }
    }

    private static TextClassificationPipeline load(Engine engine) {
        return Pipelines.textClassification(ModelFiles.directory(BundledModel.SENTIMENT), engine);
    }

    private static List<TextInput> inputs() {
        List<TextInput> inputs = new ArrayList<>();
        String words = "a moving and funny film that nobody in the audience will forget , not even once ; ";
        for (int length = 0; length <= 600; length += 13) {
            inputs.add(TextInput.of(words.repeat(8).substring(0, length)));
        }
        inputs.add(TextInput.of("An awful film.", "A wonderful film."));
        return inputs;
    }

    private static List<TextClassification> answers(TextClassificationPipeline pipeline) {
        return INPUTS.stream().map(input -> pipeline.classify(input, OPTIONS)).toList();
    }

    /** Shares calls out to threads that all start together; throws what a call threw first. */
    private static void onManyThreads(int calls, Call call) throws Exception {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    start.await();
                    for (int number = next.getAndIncrement();
                            number < calls && failure.get() == null;
                            number = next.getAndIncrement()) {
                        call.run(number);
                    }
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new AssertionError("a call failed", failure.get());
        }
    }

    private static long usedHeap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}

package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** When threads start and end, and what is done where there are none. */
class WorkersThreadsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SHORT = 20_000_000;
    private static final long LONG = 600_000_000_000L;

    /** The threads that have been asked for. */
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    private Thread counted(Runnable work) {
        Thread thread = Workers.newThread(work);
        threads.add(thread);
        return thread;
    }

    /** Has every thread do something, or as many as there are. */
    private static void runOnEvery(Workers workers, int expected) {
        CountDownLatch all = new CountDownLatch(expected);
        AtomicIntegerArray runs = new AtomicIntegerArray(expected);
        workers.run(expected, (index, thread) -> {
            runs.incrementAndGet(index);
            all.countDown();
            try {
                assertTrue(all.await(30, TimeUnit.SECONDS), "fewer threads than expected");
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        for (int index = 0; index < expected; index++) {
            assertEquals(1, runs.get(index));
        }
    }

    private long alive() {
        return threads.stream().filter(Thread::isAlive).count();
    }

    private void awaitEnd() {
        assertTimeoutPreemptively(PATIENCE, () -> {
            for (Thread thread : threads) {
                thread.join();
            }
        });
    }

    @Test
    void threadsStartWithTheFirstLoopEndWhenIdleAndComeBack() {
        try (Workers workers = new Workers(4, SHORT, this::counted)) {
            assertEquals(0, threads.size());
            for (int times = 1; times <= 3; times++) {
                assertTimeoutPreemptively(PATIENCE, () -> runOnEvery(workers, 4));
                assertEquals(3 * times, threads.size());
                awaitEnd();
            }
        }
    }

    @Test
    void threadsThatAreBusyStay() {
        try (Workers workers = new Workers(3, LONG, this::counted)) {
            for (int loop = 0; loop < 100; loop++) {
                assertTimeoutPreemptively(PATIENCE, () -> runOnEvery(workers, 3));
            }
            assertEquals(2, threads.size());
            assertEquals(2, alive());
        }
        awaitEnd();
    }

    /** Loops that come just when threads are about to end: each is seen, or has the thread start again. */
    @Test
    void noLoopFindsFewerThreadsBecauseOneIsAboutToEnd() {
        long idle = 300_000;
        try (Workers workers = new Workers(3, idle, this::counted)) {
            for (int loop = 0; loop < 1500; loop++) {
                assertTimeoutPreemptively(PATIENCE, () -> runOnEvery(workers, 3));
                long end = System.nanoTime() + 350_000 + loop % 100 * 2_000;
                while (System.nanoTime() - end < 0) {
                    Thread.onSpinWait();
                }
            }
            assertTrue(threads.size() > 10, "threads ended only " + threads.size() + " times");
        }
        awaitEnd();
    }

    @Test
    void anInterruptedThreadSleepsOn() throws InterruptedException {
        try (Workers workers = new Workers(2, LONG, this::counted)) {
            runOnEvery(workers, 2);
            threads.getFirst().interrupt();
            while (threads.getFirst().getState() != Thread.State.TIMED_WAITING
                    || threads.getFirst().isInterrupted()) {
                Thread.sleep(1);
            }
            runOnEvery(workers, 2);
            assertEquals(1, threads.size());
        }
    }

    @Test
    void threadsKeepNothingOfWhoStartsThem() throws Exception {
        InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
        AtomicReference<String> seen = new AtomicReference<>("nothing yet");
        try (URLClassLoader loader = new URLClassLoader(new URL[0]);
                Workers workers = new Workers(2, LONG, this::counted)) {
            Thread caller = new Thread(() -> {
                inherited.set("a request");
                Thread.currentThread().setPriority(Thread.MAX_PRIORITY);
                Thread.currentThread().setContextClassLoader(loader);
                CountDownLatch both = new CountDownLatch(2);
                workers.run(2, (index, thread) -> {
                    both.countDown();
                    try {
                        both.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    if (thread == 1) {
                        seen.set(inherited.get());
                    }
                });
            });
            caller.start();
            caller.join();
        }
        assertEquals(null, seen.get());
        Thread thread = threads.getFirst();
        assertSame(ClassLoader.getSystemClassLoader(), thread.getContextClassLoader());
        assertEquals(Thread.NORM_PRIORITY, thread.getPriority());
        assertTrue(thread.isDaemon());
    }

    /** As the JVM does when the system has no thread left: some can be had, then none for a while. */
    private final class Few implements ThreadFactory {

        private final AtomicInteger left;
        private final AtomicInteger refusals = new AtomicInteger();

        private Few(int left) {
            this.left = new AtomicInteger(left);
        }

        @Override
        public Thread newThread(Runnable work) {
            return new Thread(work) {
                @Override
                public void start() {
                    if (left.getAndDecrement() <= 0) {
                        left.incrementAndGet();
                        refusals.incrementAndGet();
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    super.start();
                }
            };
        }
    }

    @Test
    void whereThreadsCannotStartThoseThatThereAreDoTheWork() {
        for (int left = 0; left < 4; left++) {
            Few few = new Few(left);
            try (Workers workers = new Workers(6, LONG, few)) {
                for (int loop = 0; loop < 50; loop++) {
                    int expected = left + 1;
                    assertTimeoutPreemptively(PATIENCE, () -> runOnEvery(workers, expected));
                    AtomicInteger sum = new AtomicInteger();
                    workers.run(100, (index, thread) -> sum.addAndGet(index));
                    assertEquals(4950, sum.get());
                }
            }
            assertEquals(1, few.refusals.get(), "asked too often");
        }
    }

    @Test
    void threadsAreTriedAgainLater() throws InterruptedException {
        Few few = new Few(1);
        try (Workers workers = new Workers(4, SHORT, few)) {
            assertTimeoutPreemptively(PATIENCE, () -> runOnEvery(workers, 2));
            few.left.set(100);
            Thread.sleep(Duration.ofNanos(6 * SHORT));
            assertTimeoutPreemptively(PATIENCE, () -> runOnEvery(workers, 4));
        }
    }

    /** Another error on the way to a thread is the caller's, and the next loop tries again. */
    @Test
    void anErrorThatIsNoLackOfThreadsReachesTheCaller() {
        AtomicInteger calls = new AtomicInteger();
        StackOverflowError error = new StackOverflowError();
        try (Workers workers = new Workers(3, LONG, work -> {
            if (calls.getAndIncrement() == 1) {
                throw error;
            }
            return counted(work);
        })) {
            try {
                workers.run(100, (index, thread) -> {});
                throw new AssertionError("no error");
            } catch (StackOverflowError e) {
                assertSame(error, e);
            }
            assertTimeoutPreemptively(PATIENCE, () -> runOnEvery(workers, 3));
        }
    }

    /** As after a redeploy: nobody closes {@link Engine#shared}, and yet nothing keeps the application's classes. */
    @Test
    void aClassLoaderThatHasUsedTheSharedEngineIsCollectedSoon() throws Exception {
        WeakReference<ClassLoader> loader = useSharedEngine();
        assertTimeoutPreemptively(PATIENCE, () -> {
            while (loader.get() != null) {
                System.gc();
                Thread.sleep(200);
            }
        });
    }

    private static WeakReference<ClassLoader> useSharedEngine() throws Exception {
        Path classes = Path.of(
                Engine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        URL[] urls = {classes.toUri().toURL(), testClasses().toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            Class<?> application = loader.loadClass(Application.class.getName());
            assertNotSame(Application.class, application);
            Runnable run = (Runnable) application.getDeclaredConstructor().newInstance();
            run.run();
            return new WeakReference<>(loader);
        }
    }

    private static Path testClasses() {
        String name = WorkersThreadsTest.class.getName().replace('.', File.separatorChar) + ".class";
        for (String folder : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Path.of(folder, name).toFile().isFile()) {
                return Path.of(folder);
            }
        }
        throw new AssertionError("no folder of test classes");
    }

    /** What uses the engine in a class loader of its own. */
    public static final class Application implements Runnable {

        @Override
        public void run() {
            Workers workers = Engine.shared().machine().workers();
            workers.run(100, (index, thread) -> {});
        }
    }
}

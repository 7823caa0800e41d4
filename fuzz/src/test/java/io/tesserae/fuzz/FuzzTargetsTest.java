package io.tesserae.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every target without Jazzer: its seeds, what fuzzing found before, and some hundred mutations that are the same in every run. */
class FuzzTargetsTest {

    private static final Path FOUND_BEFORE = Path.of("src", "test", "resources");

    private static final int MUTATIONS = 400;

    @TestFactory
    Stream<DynamicTest> seedsKeepTheContract() {
        return Targets.ALL.stream()
                .map(target -> DynamicTest.dynamicTest(target.name(), () -> {
                    Map<String, byte[]> seeds = target.seeds();
                    assertFalse(seeds.isEmpty());
                    seeds.values().forEach(seed -> Contract.check(target, seed));
                }));
    }

    /** Of the seeds one at least has to be valid, or a fuzzer would learn nothing but to be refused. */
    @TestFactory
    Stream<DynamicTest> someSeedIsAccepted() {
        return Targets.ALL.stream()
                .map(target -> DynamicTest.dynamicTest(target.name(), () -> {
                    List<RuntimeException> refused = new ArrayList<>();
                    int accepted = 0;
                    for (byte[] seed : target.seeds().values()) {
                        try {
                            target.read(seed);
                            accepted++;
                        } catch (RuntimeException e) {
                            refused.add(e);
                        }
                    }
                    assertFalse(accepted == 0 && !(target instanceof ConfigTarget), () -> "refused: " + refused);
                }));
    }

    @TestFactory
    Stream<DynamicTest> mutationsKeepTheContract() {
        return Targets.ALL.stream()
                .map(target -> DynamicTest.dynamicTest(target.name(), () -> {
                    Random random = new Random(2026);
                    Mutator mutator = new Mutator(random, target.dictionary());
                    List<byte[]> seeds = List.copyOf(target.seeds().values());
                    for (int i = 0; i < MUTATIONS; i++) {
                        Contract.check(target, mutator.mutate(seeds.get(random.nextInt(seeds.size()))));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatWasFoundBeforeIsMended() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (FuzzTarget target : Targets.ALL) {
            Path folder = FOUND_BEFORE.resolve(target.name());
            if (Files.isDirectory(folder)) {
                try (var inputs = Files.list(folder)) {
                    inputs.sorted()
                            .forEach(input -> tests.add(DynamicTest.dynamicTest(
                                    target.name() + "/" + input.getFileName(),
                                    () -> Contract.check(target, Files.readAllBytes(input)))));
                }
            }
        }
        return tests.stream();
    }

    @Test
    void theContractSeesWhatIsAskedForAndWhatComesOut() {
        FuzzTarget hungry = new Deceived(() -> new byte[64 << 20].hashCode());
        assertThrows(Finding.class, () -> Contract.check(hungry, new byte[1]));
        FuzzTarget undocumented = new Deceived(() -> {
            throw new ArrayIndexOutOfBoundsException("3");
        });
        assertThrows(ArrayIndexOutOfBoundsException.class, () -> Contract.check(undocumented, new byte[1]));
        Contract.check(
                new Deceived(() -> {
                    throw new IllegalStateException("as documented");
                }),
                new byte[1]);
    }

    @Test
    void everyTargetHasItsOwnName() {
        assertEquals(
                Targets.ALL.size(),
                Targets.ALL.stream().map(FuzzTarget::name).distinct().count());
        Targets.ALL.forEach(target -> assertEquals(target, Targets.named(target.name())));
        assertThrows(IllegalArgumentException.class, () -> Targets.named("none"));
    }

    @Test
    void bundlesAreReadAsTheyWereWritten() {
        Map<String, byte[]> files =
                Map.of("a.json", new byte[] {'{', '\n', '}'}, "empty", new byte[0], "b", new byte[] {0, -1});
        Map<String, byte[]> read = Bundle.parse(Bundle.write(files)).files();
        assertEquals(files.keySet(), read.keySet());
        files.forEach((name, bytes) -> assertArrayEquals(bytes, read.get(name), name));
    }

    /** A parser that does what the test says. */
    private record Deceived(Runnable parser) implements FuzzTarget {

        @Override
        public String name() {
            return "deceived";
        }

        @Override
        public long read(byte[] input) {
            parser.run();
            return 0;
        }

        @Override
        public List<Class<? extends RuntimeException>> refusals() {
            return List.of(IllegalStateException.class);
        }

        @Override
        public Bound bound() {
            return new Bound(1 << 20, 1);
        }

        @Override
        public Map<String, byte[]> seeds() {
            return Map.of();
        }
    }
}

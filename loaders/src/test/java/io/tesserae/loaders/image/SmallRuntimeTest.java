package io.tesserae.loaders.image;

import static io.tesserae.otherjvm.OtherJvm.attempt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.model.ImageBatch;
import io.tesserae.otherjvm.OtherJvm;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java runtimes that are not whole, as jlink and the makers of container images cut them: only what needs the rest misses it. */
class SmallRuntimeTest {

    private static final Path TEST_DATA = Path.of("..", "testdata");
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    @TempDir
    private Path folder;

    /** What the other JVM does. */
    public static final class Attempts {

        private Attempts() {}

        /** Reads pictures, and uses a model of pictures and one of texts. */
        public static void main(String[] arguments) {
            Path images = TEST_DATA.resolve("images");
            for (String name : List.of("p_9x8_8_6_0.png", "g_7x5_P256_1.gif", "b_5x4_L.bmp")) {
                attempt(() -> ImageFiles.read(images.resolve(name)));
            }
            Path dinov2 = TEST_DATA.resolve("fixtures").resolve("dinov2-classify");
            attempt(() -> AutoModelForImageClassification.fromPretrained(dinov2)
                    .forward(ImageBatch.of(List.of(AutoImageProcessor.fromPretrained(dinov2)
                            .process(ImageFiles.read(images.resolve("p_9x8_8_6_0.png")))))));
            Path bert = TEST_DATA.resolve("fixtures").resolve("bert-base");
            attempt(() -> AutoModel.fromPretrained(bert));
            attempt(() -> AutoTokenizer.fromPretrained(bert).encode("It works."));
            for (int i = 0; i < 2; i++) { // the JVM says something else the second time
                attempt(() -> ImageFiles.read(images.resolve("j_17x33_s2_q95_b.jpg")));
                attempt(() -> ImageFiles.read(images.resolve("j_17x33_s1_q50_p.jpg")));
                attempt(() -> ImageFiles.read(images.resolve("w_7x5_RGB_ll4.webp")));
            }
        }
    }

    @Test
    void withoutJavaDesktopOnlyJpegAndWebpAreMissing() throws IOException, InterruptedException {
        List<String> lines = run(
                JAVA_HOME.resolve("bin").resolve("java"),
                "--limit-modules",
                "java.base,java.logging,java.net.http,jdk.incubator.vector");
        assertRefusals(lines, 6);
    }

    @Test
    void withoutTheNativeDecoderOnlyJpegIsMissing() throws IOException, InterruptedException {
        Path java = runtimeWithoutDecoder();
        try {
            assertRefusals(run(java), 4);
        } finally {
            removeLinks(); // which the removal of the folder would warn of, each on two lines
        }
    }

    private static void assertRefusals(List<String> lines, int expected) {
        assertEquals(
                List.of("well", "well", "well", "well", "well", "well"), lines.subList(0, 6), String.join("\n", lines));
        List<String> refused = lines.subList(6, lines.size()).stream()
                .filter(line -> !line.equals("well"))
                .toList();
        assertEquals(expected, refused.size(), String.join("\n", lines));
        for (String line : refused) {
            assertTrue(line.startsWith(ImageException.class.getName() + ": "), line);
            String missing = line.contains(".jpg: ") ? "the JDK's JPEG decoder" : "ImageIO, which WebP is read with,";
            assertTrue(line.contains(missing + " is missing in this Java runtime (java.lang."), line);
            assertTrue(line.contains("jlink: --add-modules java.desktop"), line);
        }
    }

    private static List<String> run(Path java, String... flags) throws IOException, InterruptedException {
        return OtherJvm.run(
                java,
                Attempts.class,
                Stream.concat(Stream.of("-Xmx256m"), Stream.of(flags)).toList());
    }

    /** The runtime that this test runs in, made of links, but for what finds the others by its own place, and the decoder. */
    private Path runtimeWithoutDecoder() throws IOException {
        String system = System.getProperty("os.name");
        assumeTrue(system.startsWith("Linux"), "a runtime is put together otherwise on " + system);
        Path home = home();
        Files.walkFileTree(JAVA_HOME.resolve("lib"), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copy = home.resolve(JAVA_HOME.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                String name = file.getFileName().toString();
                if (name.equals("libjvm.so") || name.equals("libjli.so")) {
                    Files.copy(file, copy);
                } else if (!name.startsWith("libjavajpeg")) {
                    Files.createSymbolicLink(copy, file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        Files.createSymbolicLink(home.resolve("conf"), JAVA_HOME.resolve("conf"));
        Path java = home.resolve("bin").resolve("java");
        Files.createDirectories(java.getParent());
        Files.copy(JAVA_HOME.resolve("bin").resolve("java"), java);
        return java;
    }

    private Path home() {
        return folder.resolve("java");
    }

    private void removeLinks() throws IOException {
        try (Stream<Path> files = Files.walk(home())) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }
}

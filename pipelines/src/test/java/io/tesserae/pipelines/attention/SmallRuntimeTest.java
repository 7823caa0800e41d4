package io.tesserae.pipelines.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attention in a Java runtime without java.desktop: pages are written, pictures are refused in words. */
class SmallRuntimeTest {

    @TempDir
    private Path folder;

    /** What the other JVM does. */
    public static final class Attempts {

        private Attempts() {}

        private interface Attempt {
            void run() throws IOException;
        }

        /** Writes both, twice: the JVM says something else the second time. */
        public static void main(String[] arguments) {
            Path folder = Path.of(arguments[0]);
            ImageAttention picture = RandomAttention.picture(1, 2, 2, 2, 2, 1);
            TextAttention text = new TextAttention(List.of("a", "b"), List.of(RandomAttention.layer(1, 2, 2)));
            for (int i = 0; i < 2; i++) {
                attempt(() -> AttentionPage.write(text, "a b", folder.resolve("page.html")));
                attempt(() -> AttentionPictures.write(picture, "grey", folder));
            }
        }

        private static void attempt(Attempt attempt) {
            try {
                attempt.run();
                System.out.println("well");
            } catch (Throwable e) {
                System.out.println(e.toString().replaceAll("\\s", " "));
            }
        }
    }

    @Test
    void picturesAreRefusedInWords() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "--limit-modules",
                        "java.base,java.logging,java.net.http,jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Attempts.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertEquals(0, process.waitFor());
        assertEquals(4, lines.size(), lines.toString());
        for (int i = 0; i < lines.size(); i += 2) {
            assertEquals("well", lines.get(i));
            String refused = lines.get(i + 1);
            assertTrue(refused.startsWith("java.io.IOException: ImageIO, which PNG files are written with,"), refused);
            assertTrue(refused.contains("jlink: --add-modules java.desktop"), refused);
        }
    }
}

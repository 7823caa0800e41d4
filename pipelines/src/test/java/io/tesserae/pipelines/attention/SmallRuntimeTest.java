package io.tesserae.pipelines.attention;

import static io.tesserae.otherjvm.OtherJvm.attempt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.otherjvm.OtherJvm;
import io.tesserae.pipelines.flow.FlowPicture;
import io.tesserae.pipelines.flow.OpticalFlow;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attention, and flow, in a Java runtime without java.desktop: pages are written, pictures are refused in words. */
class SmallRuntimeTest {

    @TempDir
    private Path folder;

    /** What the other JVM does. */
    public static final class Attempts {

        private Attempts() {}

        /** Writes both, twice: the JVM says something else the second time. */
        public static void main(String[] arguments) {
            Path folder = Path.of(arguments[0]);
            ImageAttention picture = RandomAttention.picture(1, 2, 2, 2, 2, 1);
            TextAttention text = new TextAttention(List.of("a", "b"), List.of(RandomAttention.layer(1, 2, 2)));
            CaptionAttention caption = BlobAttention.of(RandomAttention.grey(8, 8, 9), 2, 2, "a ship", 1, 2);
            OpticalFlow flow = new OpticalFlow(Tensor.zeros(4, 4, 2));
            for (int i = 0; i < 2; i++) {
                attempt(() -> AttentionPage.write(text, "a b", folder.resolve("page.html")));
                attempt(() -> AttentionPictures.write(picture, "grey", folder));
                attempt(() -> CaptionPictures.write(caption, "grey", folder));
                attempt(() -> FlowPicture.write(flow, folder.resolve("flow.png"), true));
            }
        }
    }

    @Test
    void picturesAreRefusedInWords() throws IOException, InterruptedException {
        List<String> lines = OtherJvm.run(
                Attempts.class,
                List.of("-Xmx256m", "--limit-modules", "java.base,java.logging,java.net.http,jdk.incubator.vector"),
                folder.toString());
        assertEquals(8, lines.size(), lines.toString());
        for (int i = 0; i < lines.size(); i += 4) {
            assertEquals("well", lines.get(i));
            for (String refused : lines.subList(i + 1, i + 4)) {
                assertTrue(
                        refused.startsWith("java.io.IOException: ImageIO, which PNG files are written with,"), refused);
                assertTrue(refused.contains("jlink: --add-modules java.desktop"), refused);
            }
        }
    }
}

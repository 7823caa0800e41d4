package io.tesserae.springai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.documents.JavaSnippets;
import io.tesserae.documents.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example with Spring AI on the page for applications compiles. */
class DocumentedSnippetsTest {

    private static final String SOURCE = """
            import io.tesserae.springai.*;
            import org.springframework.context.annotation.*;
            import java.nio.file.*;

            class %s {
            %s
            }
            """;

    @Test
    void theExampleCompiles(@TempDir Path folder) throws IOException {
        List<Page.Block> examples = Page.named("docs/embedding.md").blocks().stream()
                .filter(block -> block.language().equals("java"))
                .filter(block -> block.text().startsWith("@Bean(destroyMethod"))
                .toList();
        assertEquals(1, examples.size(), "examples that begin like this");
        String name = JavaSnippets.className(examples.getFirst());
        JavaSnippets.compile(
                Map.of(name, SOURCE.formatted(name, examples.getFirst().text())), folder);
    }
}

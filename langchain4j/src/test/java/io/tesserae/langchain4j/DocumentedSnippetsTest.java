package io.tesserae.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.documents.JavaSnippets;
import io.tesserae.documents.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example with LangChain4j on the page for applications compiles. */
class DocumentedSnippetsTest {

    private static final String SOURCE = """
            import io.tesserae.langchain4j.*;
            import dev.langchain4j.data.segment.*;
            import dev.langchain4j.model.embedding.*;
            import dev.langchain4j.model.scoring.*;
            import dev.langchain4j.rag.content.retriever.*;
            import dev.langchain4j.store.embedding.*;
            import java.nio.file.*;

            class %s {
                void example(EmbeddingStore<TextSegment> store) {
            %s
                }
            }
            """;

    @Test
    void theExampleCompiles(@TempDir Path folder) throws IOException {
        List<Page.Block> examples = Page.named("docs/embedding.md").blocks().stream()
                .filter(block -> block.language().equals("java"))
                .filter(block -> block.text().startsWith("EmbeddingModel model = TesseraeEmbeddingModel.of"))
                .toList();
        assertEquals(1, examples.size(), "examples that begin like this");
        String name = JavaSnippets.className(examples.getFirst());
        JavaSnippets.compile(
                Map.of(name, SOURCE.formatted(name, examples.getFirst().text())), folder);
    }
}

package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.documents.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The reading path stays short: the files that its two halves lead through are counted, and the lines of the first half's. */
class DocumentedReadingPathTest {

    private static final int MOST_FILES = 16;
    private static final int MOST_LINES = 2_000;
    private static final int MOST_FAST_FILES = 12;

    private static final String PROOF = "The proof";

    @Test
    void theHalvesAreShort() throws IOException {
        Map<String, Set<Path>> sources = sourcesBySection();
        Set<Path> first = sources.getOrDefault("First half: from the sentence to its logits", Set.of());
        Set<Path> second = sources.getOrDefault("Second half: from the definition to the fast kernels", Set.of());
        List<String> lengths = new ArrayList<>();
        int lines = 0;
        for (Path file : first) {
            int length = Files.readAllLines(file).size();
            lengths.add(length + " " + file.getFileName());
            lines += length;
        }
        assertTrue(first.size() > 10, "only " + first.size() + " files found in the first half");
        assertTrue(second.size() > 5, "only " + second.size() + " files found in the second half");
        assertTrue(first.size() <= MOST_FILES, first.size() + " files in the first half: " + lengths);
        assertTrue(lines <= MOST_LINES, lines + " lines in the first half: " + lengths);
        assertTrue(second.size() <= MOST_FAST_FILES, second.size() + " files in the second half: " + second);
    }

    /** A file that is to be read stands in one of the halves; beside them stand only tests, which nobody has to read. */
    @Test
    void nothingIsReadBesideTheHalves() {
        Map<String, Set<Path>> sources = sourcesBySection();
        assertEquals(3, sources.size(), () -> "sections with links to sources: " + sources.keySet());
        for (Path file : sources.get(PROOF)) {
            assertTrue(file.toString().contains("/src/test/"), () -> file + " is no test");
        }
    }

    /** The linked source files by the heading of second rank that they stand under. */
    private static Map<String, Set<Path>> sourcesBySection() {
        Page page = Page.named("docs/reading-path.md");
        Map<String, Set<Path>> sources = new LinkedHashMap<>();
        for (Page.Link link : page.links()) {
            if (link.target().endsWith(".java")) {
                Path file = page.file().resolveSibling(link.target()).normalize();
                sources.computeIfAbsent(heading(page, link.line()), _ -> new LinkedHashSet<>())
                        .add(file);
            }
        }
        return sources;
    }

    private static String heading(Page page, int line) {
        for (int i = line - 1; i >= 0; i--) {
            if (page.lines().get(i).startsWith("## ")) {
                return page.lines().get(i).substring(3);
            }
        }
        return "";
    }
}

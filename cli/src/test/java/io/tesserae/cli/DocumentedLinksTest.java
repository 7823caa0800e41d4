package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.documents.Page;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** What the pages point to is there, their XML is well-formed, and their lines are short. */
class DocumentedLinksTest {

    /** Pages for whoever changes the code: their links are checked, their commands are not replayed. */
    private static final List<String> FOR_CONTRIBUTORS = List.of("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md");

    /** Pages whose lines are short, beside those of {@code docs/decisions}. */
    private static final List<String> SHORT_LINES = List.of(
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "README.md",
            "SECURITY.md",
            "benchmarks/jar-count.md",
            "cli/src/main/resources/io/tesserae/cli/models/captions/MODEL.md",
            "cli/src/main/resources/io/tesserae/cli/models/generalist/MODEL.md",
            "cli/src/main/resources/io/tesserae/cli/models/photos/MODEL.md",
            "cli/src/main/resources/io/tesserae/cli/models/sentiment/MODEL.md",
            "docs/adding-a-family.md",
            "docs/architecture.md",
            "docs/backward-passes.md",
            "docs/embedding.md",
            "docs/generalist.md",
            "docs/generation.md",
            "docs/hub.md",
            "docs/kernel-story.md",
            "docs/latents.md",
            "docs/limits.md",
            "docs/numerics.md",
            "docs/performance.md",
            "docs/pictures-among-words.md",
            "docs/reading-path.md",
            "docs/tasks.md",
            "docs/tokenizers.md",
            "docs/training.md",
            "docs/vision.md",
            "examples/captions/README.md",
            "examples/generalist/README.md",
            "examples/semantic-search/README.md",
            "testdata/README.md");

    private static final int COLUMNS = 100;

    private static List<Page> pages() {
        return Stream.concat(Page.all().stream(), FOR_CONTRIBUTORS.stream().map(Page::named))
                .toList();
    }

    @Test
    void linesOfProseAreShort() {
        List<String> longLines = Stream.concat(
                        Page.decisions().stream(), SHORT_LINES.stream().map(Page::named))
                .flatMap(page -> page.longLines(COLUMNS).stream())
                .toList();
        assertEquals("", String.join("\n", longLines), "lines longer than " + COLUMNS + " columns");
    }

    @Test
    void everyDecisionIsInTheIndex() {
        List<Page> decisions = Page.decisions();
        Page index = Page.named("docs/decisions/README.md");
        Set<String> listed =
                index.links().stream().map(Page.Link::target).collect(Collectors.toCollection(TreeSet::new));
        Set<String> written = decisions.stream()
                .map(page -> page.file().getFileName().toString())
                .filter(name -> !name.equals("README.md"))
                .collect(Collectors.toCollection(TreeSet::new));
        written.removeAll(listed);
        assertEquals(Set.of(), written, "decisions that docs/decisions/README.md does not list");
        assertTrue(decisions.size() > 10, "only " + decisions.size() + " pages found");
    }

    @Test
    void everyLinkLeadsToAFileAndToAHeading() {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Page page : pages()) {
            for (Page.Link link : page.links()) {
                if (link.target().matches("(https?|mailto):.*")) {
                    continue;
                }
                links++;
                String[] parts = link.target().split("#", 2);
                Path target = parts[0].isEmpty()
                        ? page.file()
                        : page.file().resolveSibling(parts[0]).normalize();
                String place = page.name() + ":" + link.line() + ": " + link.target();
                if (!Files.exists(target)) {
                    broken.add(place + ": no such file");
                } else if (parts.length == 2
                        && !Page.named(Page.ROOT.relativize(target).toString())
                                .anchors()
                                .contains(parts[1])) {
                    broken.add(place + ": no such heading");
                }
            }
        }
        assertEquals("", String.join("\n", broken), "links that lead nowhere");
        assertTrue(links > 100, "only " + links + " links found");
    }

    @Test
    void xmlIsWellFormed() throws Exception {
        int fragments = 0;
        for (Page page : Page.all()) {
            for (Page.Block block : page.blocks()) {
                if (block.language().equals("xml")) {
                    fragments++;
                    try {
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(new InputSource(new StringReader("<fragment>" + block.text() + "</fragment>")));
                    } catch (org.xml.sax.SAXException e) {
                        throw new AssertionError(block.where() + ": " + e.getMessage() + "\n" + block.text(), e);
                    }
                }
            }
        }
        assertTrue(fragments > 0);
    }
}

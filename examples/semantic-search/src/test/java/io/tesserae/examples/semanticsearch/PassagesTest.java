package io.tesserae.examples.semanticsearch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Where documents are cut, and that nothing of them is lost. */
class PassagesTest {

    private static final Path ROOT = Path.of("..", "..");

    @Test
    void headingsCut() {
        assertEquals(
                List.of(
                        new Passage("a.md", "", "Before any heading."),
                        new Passage("a.md", "One", "# One\n\nText of one."),
                        new Passage("a.md", "Two `code`", "## Two `code`\nText of two.")),
                passages("""
                        Before any heading.
                        # One

                        Text of one.

                        ## Two `code`
                        Text of two.
                        """));
    }

    @Test
    void aCommentInCodeIsNoHeadingAndNeitherIsAHashtag() {
        assertEquals(
                List.of(new Passage("a.md", "One", "# One\n```\n# comment\n```\n#hashtag")),
                passages("# One\n```\n# comment\n```\n#hashtag\n"));
    }

    @Test
    void longSectionsAreCutBetweenParagraphs() {
        String brief = "A few words.";
        String lengthy = "word ".repeat(60).strip();
        assertEquals(
                List.of(
                        new Passage("a.md", "Long", "# Long\n\n" + brief + "\n\n" + lengthy),
                        new Passage("a.md", "Long", lengthy),
                        new Passage("a.md", "Long", brief + "\n\n" + brief)),
                passages(String.join("\n\n", "# Long", brief, lengthy, lengthy, brief, brief)));
    }

    @Test
    void ofNothingThereIsNoPassage() {
        assertEquals(List.of(), passages(""));
        assertEquals(List.of(), passages("\n \n"));
    }

    @Test
    void thePassagesOfTheDocumentationAreAllOfItsLines() throws IOException {
        for (Path path : List.of(ROOT.resolve("README.md"), ROOT.resolve("docs"))) {
            List<Passage> passages = Passages.read(path);
            assertFalse(passages.isEmpty());
            passages.stream()
                    .collect(Collectors.groupingBy(Passage::file))
                    .forEach((file, ofFile) -> assertEquals(
                            lines(read(file)),
                            lines(ofFile.stream().map(Passage::text).collect(Collectors.joining("\n")))));
        }
    }

    private static List<Passage> passages(String document) {
        return Passages.of("a.md", document.lines().toList());
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

package io.tesserae.examples.semanticsearch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Cuts Markdown into passages: at every heading, and a long section between its paragraphs as well.
 *
 * <p>Why cut at all: one vector has to stand for a whole text, so it says the less the more different things the text says;
 * and an encoder reads only so many tokens of it (256 in the case of all-MiniLM-L6-v2, some 1,000 characters) and
 * leaves the rest.
 */
final class Passages {

    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.+)");
    private static final int LONG = 250; // characters, after which the end of a paragraph is the end of the passage

    private final String file;
    private final List<Passage> passages = new ArrayList<>();

    private String heading = "";
    private final StringBuilder text = new StringBuilder(); // of the passage that is being read

    private Passages(String file) {
        this.file = file;
    }

    /** The passages of a Markdown file, or of every one in a folder, in the order of their names. */
    static List<Passage> read(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            List<Passage> passages = new ArrayList<>();
            for (Path file : files.filter(Passages::isMarkdown).sorted().toList()) {
                passages.addAll(of(file.toString(), Files.readAllLines(file)));
            }
            return passages;
        }
    }

    /** The passages of one document. */
    static List<Passage> of(String file, List<String> lines) {
        var passages = new Passages(file);
        boolean inCode = false; // where a # begins a comment, and a blank line ends nothing
        for (String line : lines) {
            if (line.startsWith("```")) {
                inCode = !inCode;
            }
            Matcher matcher = HEADING.matcher(line);
            if (!inCode && matcher.matches()) {
                passages.finish();
                passages.heading = matcher.group(1);
            } else if (!inCode && line.isBlank() && passages.text.length() > LONG) {
                passages.finish();
            }
            passages.text.append(line).append('\n');
        }
        passages.finish();
        return passages.passages;
    }

    private void finish() {
        if (!text.toString().isBlank()) {
            passages.add(new Passage(file, heading, text.toString().strip()));
        }
        text.setLength(0);
    }

    private static boolean isMarkdown(Path path) {
        return path.toString().endsWith(".md") && Files.isRegularFile(path);
    }
}

package io.tesserae.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation: its text, and the blocks of code in it. Lines count from 1. */
public record Page(Path file, List<String> lines) {

    /** Of the checkout, for the tests of its modules. */
    public static final Path ROOT = Path.of("..");

    private static final List<String> BESIDE = List.of(
            "README.md",
            "benchmarks/jar-count.md",
            "cli/src/main/resources/io/tesserae/cli/models/captions/MODEL.md",
            "cli/src/main/resources/io/tesserae/cli/models/generalist/MODEL.md",
            "cli/src/main/resources/io/tesserae/cli/models/photos/MODEL.md",
            "cli/src/main/resources/io/tesserae/cli/models/sentiment/MODEL.md",
            "examples/captions/README.md",
            "examples/generalist/README.md",
            "examples/semantic-search/README.md",
            "testdata/README.md");

    private static final Pattern FENCE = Pattern.compile(" *```(\\w*)");
    private static final Pattern HEADING = Pattern.compile("#+ +(.*)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    /** A row of a table, a heading, a comment, a definition of a link, a picture, or a single word behind the marker of a list. */
    private static final Pattern NO_PROSE =
            Pattern.compile(" *(\\|.*|#+ .*|<!--.*|\\[[^]]+]: \\S+|!\\[[^]]*]\\(\\S+\\)|([-*+] |\\d+\\. )?\\S+)");

    /** Lines that stand together: indented by four, or fenced, and then with the fence's language. */
    public record Block(Page page, int line, String language, List<String> lines) {

        /** {@code docs/tasks.md:12}. */
        public String where() {
            return page.name() + ":" + line;
        }

        /** Its lines, with line feeds between them. */
        public String text() {
            return String.join("\n", lines);
        }
    }

    /** A link, also of a picture. */
    public record Link(Page page, int line, String target) {}

    /** The README, every page in {@code docs} and in its folders, and the pages that lie beside what they are about. */
    public static List<Page> all() {
        List<Path> files = new ArrayList<>(BESIDE.stream().map(ROOT::resolve).toList());
        files.addAll(pagesBelow(ROOT.resolve("docs")));
        return files.stream().map(Page::read).toList();
    }

    /** The pages of {@code docs/decisions}, the index among them. */
    public static List<Page> decisions() {
        return pagesBelow(ROOT.resolve("docs").resolve("decisions")).stream()
                .map(Page::read)
                .toList();
    }

    private static List<Path> pagesBelow(Path folder) {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A page by its name from the root of the checkout. */
    public static Page named(String name) {
        return read(ROOT.resolve(name));
    }

    private static Page read(Path file) {
        try {
            return new Page(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From the root of the checkout: {@code docs/tasks.md}. */
    public String name() {
        return ROOT.relativize(file).toString().replace('\\', '/');
    }

    /** All blocks of code, in their order. */
    public List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); ) {
            Matcher fence = FENCE.matcher(lines.get(i));
            int end = i + 1;
            if (fence.matches()) {
                while (end < lines.size() && !FENCE.matcher(lines.get(end)).matches()) {
                    end++;
                }
                blocks.add(new Block(this, i + 2, fence.group(1), lines.subList(i + 1, end)));
                end++;
            } else if (isIndented(i)) {
                // A blank line ends an indented block only where prose follows it.
                int last = i;
                for (end = i + 1;
                        end < lines.size() && (isIndented(end) || lines.get(end).isBlank());
                        end++) {
                    last = isIndented(end) ? end : last;
                }
                end = last + 1;
                blocks.add(new Block(
                        this,
                        i + 1,
                        "",
                        lines.subList(i, end).stream()
                                .map(line -> line.isBlank() ? "" : line.substring(4))
                                .toList()));
            }
            i = end;
        }
        return blocks;
    }

    private boolean isIndented(int index) {
        String line = lines.get(index);
        return line.startsWith("    ") && !line.isBlank();
    }

    /**
     * Lines of prose that are longer than so many columns, each with its place. Code, rows of tables, headings and
     * comments are no prose, and a line that cannot be cut, since it has no blank, may have any length.
     */
    public List<String> longLines(int columns) {
        List<String> longLines = new ArrayList<>();
        boolean fenced = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean fence = FENCE.matcher(line).matches();
            fenced ^= fence;
            if (!fenced && !fence && !isIndented(i) && !NO_PROSE.matcher(line).matches()) {
                int length = line.codePointCount(0, line.length());
                if (length > columns) {
                    longLines.add(name() + ":" + (i + 1) + ": " + length + " columns");
                }
            }
        }
        return longLines;
    }

    /** Without those inside of blocks. */
    public List<Link> links() {
        List<Link> links = new ArrayList<>();
        boolean fenced = false;
        for (int i = 0; i < lines.size(); i++) {
            boolean fence = FENCE.matcher(lines.get(i)).matches();
            fenced ^= fence;
            if (!fenced && !fence) {
                Matcher link = LINK.matcher(lines.get(i));
                while (link.find()) {
                    links.add(new Link(this, i + 1, link.group(1)));
                }
            }
        }
        return links;
    }

    /** The anchors of its headings, as GitHub makes them. */
    public Set<String> anchors() {
        Set<String> anchors = new LinkedHashSet<>();
        boolean fenced = false;
        for (String line : lines) {
            fenced ^= FENCE.matcher(line).matches();
            Matcher heading = HEADING.matcher(line);
            if (!fenced && heading.matches()) {
                anchors.add(heading.group(1)
                        .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'));
            }
        }
        return anchors;
    }
}

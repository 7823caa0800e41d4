package io.tesserae.cli;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.documents.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every number in the tables of {@code docs/limits.md} stands in the source file that its row names. */
class DocumentedLimitsTest {

    private static final Pattern LINKED = Pattern.compile("\\[`(\\w+)`]\\(\\.\\./([^)]+\\.java)\\)");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)`");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])(\\d{1,3}(?:,\\d{3})+|\\d+)( MiB)?(?![\\w.])");
    private static final Pattern CONSTANT = Pattern.compile("static final \\w+ \\w+ =\\s+([^;]+);");
    private static final Pattern LITERAL =
            Pattern.compile("(?<![\\w.])(\\d[\\d_]*)L?((?: (?:<<|\\*) \\d[\\d_]*)*)(?![\\w.])");

    /** What a row says beside its limit, or what the code computes or has no name for: by the row's first words. */
    private static final Map<String, List<String>> NO_CONSTANTS = Map.ofEntries(
            entry("JSON: one number", List.of("1,000")), // Gson's
            entry("JSON: also refused", List.of("8")), // UTF-8
            entry("`layer_norm_eps`", List.of("0", "1")), // a condition
            entry("files in another file system (a zip file)", List.of("2,147,483,639")), // what an array holds
            entry("tokens whose hashes collide", List.of("24")), // what BERT's vocabularies have
            entry("`max_input_chars_per_word`", List.of("100")), // BERT's
            entry("texts and special tokens in a template", List.of("5")), // BERT's
            entry("pixels of a picture as a model is fed", List.of("800")), // the megabytes that they take
            entry("shards that an index names", List.of("200")), // what the largest published models have
            entry("PNG: compressed texts", List.of("64")), // 64 times the limit for one
            entry("GIF: pixels for its data", List.of("2,731")), // computed of the widest code
            entry("JPEG: pixels for its data", List.of("4", "8")), // in a condition
            entry("JPEG: scans", List.of("10"))); // what is usual

    @Test
    void everyNumberIsInTheCode() throws IOException {
        Page page = Page.named("docs/limits.md");
        List<String> missing = new ArrayList<>();
        Map<String, List<String>> unused = new TreeMap<>(NO_CONSTANTS);
        Map<String, Path> sources = new HashMap<>();
        int checked = 0;
        int from = page.lines().indexOf("## The limits");
        int to = page.lines().indexOf("## Attacking the parsers");
        assertTrue(0 < from && from < to, "docs/limits.md has other headings than this test knows");
        for (int i = from; i < to; i++) {
            String[] cells = page.lines().get(i).split("\\|");
            if (cells.length != 4
                    || cells[3].isBlank()
                    || cells[3].strip().equals("where")
                    || cells[3].startsWith("-")) {
                continue;
            }
            Set<Long> literals = literals(cells[3], sources);
            String what = cells[1].strip();
            List<String> beside = NO_CONSTANTS.getOrDefault(what, List.of());
            unused.remove(what);
            Matcher number = NUMBER.matcher(cells[2]);
            while (number.find()) {
                long value = Long.parseLong(number.group(1).replace(",", ""));
                long bytes = number.group(2) == null ? value : value << 20;
                if (!beside.contains(number.group(1))) {
                    checked++;
                    if (!literals.contains(bytes)) {
                        missing.add("docs/limits.md:" + (i + 1) + ": " + what + ": " + number.group() + " is not in"
                                + cells[3] + "(nor in any other spelling)");
                    }
                }
            }
        }
        assertEquals("", String.join("\n", missing), "limits that the code does not have");
        assertEquals(Map.of(), unused, "rows that the page has no more");
        assertTrue(checked > 40, "only " + checked + " numbers found");
    }

    /** The integers that the files of a cell spell out, with those one less, since a limit may be the first value refused. */
    private static Set<Long> literals(String cell, Map<String, Path> sources) throws IOException {
        Matcher linked = LINKED.matcher(cell);
        while (linked.find()) {
            sources.put(linked.group(1), Page.ROOT.resolve(linked.group(2)));
        }
        Set<Long> literals = new LinkedHashSet<>();
        Matcher named = NAMED.matcher(cell);
        while (named.find()) {
            if (sources.get(named.group(1)) != null) {
                Matcher constant = CONSTANT.matcher(Files.readString(sources.get(named.group(1))));
                while (constant.find()) {
                    Matcher literal = LITERAL.matcher(constant.group(1));
                    while (literal.find()) {
                        long value = value(literal);
                        literals.add(value);
                        literals.add(value - 1);
                    }
                }
            }
        }
        return literals;
    }

    private static long value(Matcher literal) {
        long value = Long.parseLong(literal.group(1).replace("_", ""));
        String[] operations = literal.group(2).strip().split(" ");
        for (int i = 0; i + 1 < operations.length; i += 2) {
            long operand = Long.parseLong(operations[i + 1].replace("_", ""));
            value = operations[i].equals("*") ? value * operand : value << operand;
        }
        return value;
    }
}

package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.documents.JavaSnippets;
import io.tesserae.documents.Page;
import io.tesserae.loaders.files.ModelFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java of the pages: it compiles, says what its comments say, or stands so in the sources. */
class DocumentedSnippetsTest {

    /** Pages that show pieces of the sources, which they link to, and the pages' other snippets are programs. */
    private static final List<String> PAGES_OF_EXCERPTS = List.of("docs/reading-path.md", "docs/kernel-story.md");

    /** Snippets that other modules compile, by how they begin. */
    private static final Map<String, String> COMPILED_ELSEWHERE = Map.of(
            "EmbeddingModel model = TesseraeEmbeddingModel.of", "its classes are LangChain4j's",
            "@Bean(destroyMethod", "its classes are Spring's");

    /** Snippets that nobody compiles: of frameworks that the project does not depend on. */
    private static final List<String> OF_FRAMEWORKS = List.of(
            "@Service", "@ApplicationScoped", "TextClassificationPipeline sentiment = Pipelines.textClassification(");

    private static final Pattern COMMENT = Pattern.compile("\\s*//.*");
    private static final Pattern RESULT = Pattern.compile("System\\.out\\.println\\(.*\\); // (.+)");
    private static final Pattern LINKED_SOURCE = Pattern.compile("\\]\\(\\.\\./([^)]+\\.java)\\)");

    /** What a snippet may take for given: the reader's own folders, texts, and models. */
    private static final String PREAMBLE = """
            import static io.tesserae.generation.GenerationOption.*;

            import io.tesserae.engine.*;
            import io.tesserae.examples.generalist.*;
            import io.tesserae.generation.*;
            import io.tesserae.loaders.*;
            import io.tesserae.loaders.chat.*;
            import io.tesserae.loaders.files.*;
            import io.tesserae.loaders.hub.*;
            import io.tesserae.loaders.image.*;
            import io.tesserae.loaders.label.*;
            import io.tesserae.loaders.processor.*;
            import io.tesserae.loaders.sentence.*;
            import io.tesserae.loaders.stream.*;
            import io.tesserae.model.*;
            import io.tesserae.model.latent.*;
            import io.tesserae.pipelines.*;
            import io.tesserae.pipelines.agent.*;
            import io.tesserae.pipelines.attention.*;
            import io.tesserae.pipelines.attention.latents.*;
            import io.tesserae.pipelines.attention.mixed.*;
            import io.tesserae.pipelines.flow.*;
            import io.tesserae.pipelines.generation.*;
            import io.tesserae.pipelines.image.*;
            import io.tesserae.pipelines.sentence.*;
            import io.tesserae.pipelines.task.*;
            import io.tesserae.pipelines.text.*;
            import io.tesserae.tensor.*;
            import io.tesserae.tokenizer.*;
            import io.tesserae.training.*;
            import io.tesserae.training.EarlyStopping;
            import io.tesserae.training.task.*;
            import java.io.*;
            import java.nio.file.*;
            import java.util.*;
            import java.util.concurrent.atomic.*;
            import java.util.stream.*;

            public class %s {
                static SentenceEmbeddingPipeline embedder;
                static String context, secret;
                static List<String> texts, passages;
                static Stream<String> rows;
                static List<float[]> index;

                public static void run(ModelFiles checkpoint, PrintStream out) throws Exception {
            """;

    @TempDir
    private Path folder;

    @Test
    void excerptsStandInTheSources() throws IOException {
        List<String> wrong = new ArrayList<>();
        int checked = 0;
        for (Page page : PAGES_OF_EXCERPTS.stream().map(Page::named).toList()) {
            String pageText = String.join("\n", page.lines());
            Map<String, List<String>> sources = new LinkedHashMap<>();
            Matcher link = LINKED_SOURCE.matcher(pageText);
            while (link.find()) {
                sources.put(
                        link.group(1),
                        Files.readString(Page.ROOT.resolve(link.group(1)))
                                .lines()
                                .map(DocumentedSnippetsTest::withoutComment)
                                .toList());
            }
            for (Page.Block block : page.blocks()) {
                if (block.language().equals("java")) {
                    checked++;
                    if (sources.values().stream().noneMatch(source -> isExcerpt(block.lines(), source))) {
                        wrong.add(block.where() + ": no source file that the page links to has these lines:\n"
                                + block.text());
                    }
                }
            }
        }
        assertEquals("", String.join("\n\n", wrong), "excerpts that are none");
        assertTrue(checked > 10, "only " + checked + " found");
    }

    /** Whether the lines stand there in this order; an ellipsis stands for any number of others. */
    private static boolean isExcerpt(List<String> lines, List<String> source) {
        int at = 0;
        for (String line : lines) {
            String wanted = withoutComment(line);
            if (!wanted.isEmpty() && !wanted.equals("…")) {
                while (at < source.size() && !source.get(at).equals(wanted)) {
                    at++;
                }
                if (at++ == source.size()) {
                    return false;
                }
            }
        }
        return true;
    }

    private static String withoutComment(String line) {
        return COMMENT.matcher(line).replaceFirst("").strip();
    }

    @Test
    void programsCompileAndSayWhatTheyPrint() throws Exception {
        Map<String, Page.Block> programs = programs();
        Map<String, String> sources = new LinkedHashMap<>();
        programs.forEach((name, block) -> sources.put(name, source(name, block)));
        JavaSnippets.compile(sources, folder);
        int compared = 0;
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            for (Map.Entry<String, Page.Block> program : programs.entrySet()) {
                String expected = program.getValue().lines().stream()
                        .map(RESULT::matcher)
                        .filter(Matcher::find)
                        .map(matcher -> matcher.group(1))
                        .collect(Collectors.joining("\n"));
                if (!expected.isEmpty()) {
                    compared++;
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    loader.loadClass(program.getKey())
                            .getMethod("run", ModelFiles.class, PrintStream.class)
                            .invoke(
                                    null,
                                    checkpoint(program.getValue()),
                                    new PrintStream(out, true, StandardCharsets.UTF_8));
                    assertEquals(
                            expected,
                            out.toString(StandardCharsets.UTF_8).strip(),
                            () -> program.getValue().where() + "\n"
                                    + program.getValue().text());
                }
            }
        }
        assertTrue(programs.size() > 15, "only " + programs.size() + " programs found");
        assertTrue(compared >= 3, "only " + compared + " results found");
    }

    @Test
    void theListOfWhatOthersCompileIsNeeded() {
        TreeSet<String> needed = new TreeSet<>();
        for (Page page : Page.all()) {
            for (Page.Block block : page.blocks()) {
                COMPILED_ELSEWHERE.keySet().stream()
                        .filter(block.text()::startsWith)
                        .forEach(needed::add);
            }
        }
        assertEquals(new TreeSet<>(COMPILED_ELSEWHERE.keySet()), needed);
    }

    /** By the names of the classes that they become. */
    private static Map<String, Page.Block> programs() {
        Map<String, Page.Block> programs = new LinkedHashMap<>();
        for (Page page : Page.all()) {
            for (Page.Block block : page.blocks()) {
                if (block.language().equals("java")
                        && !PAGES_OF_EXCERPTS.contains(page.name())
                        && COMPILED_ELSEWHERE.keySet().stream().noneMatch(block.text()::startsWith)
                        && OF_FRAMEWORKS.stream().noneMatch(block.text()::startsWith)) {
                    programs.put(JavaSnippets.className(block), block);
                }
            }
        }
        return programs;
    }

    private static String source(String name, Page.Block block) {
        String body = block.text()
                .replace("{ … }", "{ }")
                .replace("System.out.println(", "out.println(")
                .replace("Path.of(\"docs/", "Path.of(\"../docs/");
        String preamble = PREAMBLE.formatted(name);
        if (body.contains(" checkpoint = ")) {
            preamble = preamble.replace("run(ModelFiles checkpoint, ", "run(ModelFiles given, ");
        }
        return preamble + body + "\n    }\n}\n";
    }

    private static ModelFiles checkpoint(Page.Block block) {
        String text = block.text();
        String model = text.contains("imageToText") ? "captions" : text.contains("image") ? "photos" : "sentiment";
        return ModelFiles.directory(Path.of("src", "main", "resources", "io", "tesserae", "cli", "models", model));
    }
}

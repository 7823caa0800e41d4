package io.tesserae.documents;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;

/** Compiles the Java of the pages, with what the test itself has on its class path. */
public final class JavaSnippets {

    private JavaSnippets() {}

    /** A name for the class that a block becomes: its page and its line, {@code docs_tasks_md_line_12}. */
    public static String className(Page.Block block) {
        return block.page().name().replaceAll("\\W", "_") + "_line_" + block.line();
    }

    /**
     * Compiles classes.
     *
     * @param sources by the names of the classes
     * @param folder where the class files go
     * @throws AssertionError with the compiler's messages
     */
    public static void compile(Map<String, String> sources, Path folder) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path")));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = folder.resolve(source.getKey() + ".java");
            Files.writeString(file, source.getValue());
            arguments.add(file.toString());
        }
        StringWriter messages = new StringWriter();
        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(new PrintWriter(messages), new PrintWriter(messages), arguments.toArray(String[]::new));
        if (status != 0) {
            throw new AssertionError(
                    "Java that does not compile (the names are those of the page and of the block's first line):\n"
                            + messages.toString().replace(folder + File.separator, ""));
        }
    }
}

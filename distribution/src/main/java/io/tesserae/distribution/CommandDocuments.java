package io.tesserae.distribution;

import io.tesserae.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.asciidoctor.Asciidoctor;
import org.asciidoctor.Attributes;
import org.asciidoctor.Options;
import org.asciidoctor.SafeMode;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** Writes what can be made of the commands' own descriptions: a completion script and manual pages. */
final class CommandDocuments {

    private static final Set<String> LISTS = Set.of("== Options", "== Arguments", "== Commands");
    private static final Pattern TWO_COLUMNS = Pattern.compile("  (\\S+(?:, \\S+)*) {2,}(\\S.*)");
    private static final Pattern NO_DESCRIPTION = Pattern.compile("== Description\\s+(?=// end)");

    private CommandDocuments() {}

    /** Writes {@code completions} and {@code man1} into the folder that is the only argument. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        CommandLine commands = Main.commandLine();
        Path completions = Files.createDirectories(folder.resolve("completions"));
        Files.writeString(completions.resolve("tesserae.bash"), AutoComplete.bash("tesserae", commands));
        writeManual(commands, Files.createDirectories(folder.resolve("man1")));
    }

    /** By way of AsciiDoc, which is what picocli writes. */
    private static void writeManual(CommandLine commands, Path folder) throws IOException {
        int exitCode = ManPageGenerator.generateManPage(
                folder.toFile(), null, new boolean[0], true, commands.getCommandSpec());
        if (exitCode != 0) {
            throw new IOException("no manual pages: picocli's generator ended with " + exitCode);
        }
        List<Path> sources;
        try (Stream<Path> files = Files.list(folder)) {
            sources = files.filter(file -> file.toString().endsWith(".adoc")).toList();
        }
        // The same page comes out on every day.
        Attributes attributes =
                Attributes.builder().attribute("docdate", "2026-01-01").build();
        Options toManualPage = Options.builder()
                .backend("manpage")
                .safe(SafeMode.UNSAFE)
                .attributes(attributes)
                .build();
        try (Asciidoctor asciidoctor = Asciidoctor.Factory.create()) {
            for (Path source : sources) {
                Files.writeString(source, asManual(Files.readString(source)));
                asciidoctor.convertFile(source.toFile(), toManualPage);
                Files.delete(source);
            }
        }
    }

    /**
     * From the help's lines to a manual's paragraphs: prose flows, two columns become a list, and of what is indented otherwise, the
     * examples, every line stays as it is. Options and arguments are lists already.
     */
    static String asManual(String asciiDoc) {
        List<String> manual = new ArrayList<>();
        List<String> indented = new ArrayList<>();
        boolean isList = false;
        for (String line :
                NO_DESCRIPTION.matcher(asciiDoc).replaceAll("").lines().toList()) {
            if (line.startsWith("== ")) {
                isList = LISTS.contains(line);
            }
            if (!isList && line.startsWith("  ")) {
                indented.add(line);
            } else if (!line.equals("[%hardbreaks]")) {
                addIndented(indented, manual);
                manual.add(line);
            }
        }
        addIndented(indented, manual);
        return String.join("\n", manual).replaceAll("\n{3,}", "\n\n") + "\n";
    }

    private static void addIndented(List<String> lines, List<String> manual) {
        if (lines.isEmpty()) {
            return;
        }
        manual.add("");
        if (lines.stream().allMatch(line -> TWO_COLUMNS.matcher(line).matches())) {
            lines.forEach(line -> manual.add(TWO_COLUMNS.matcher(line).replaceFirst("*$1*::\n  $2\n")));
        } else {
            manual.addAll(lines);
        }
        manual.add("");
        lines.clear();
    }
}

package io.tesserae.distribution;

import io.tesserae.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        // Lines end where the help ends them, for lists would run together; and the same page comes out on every day.
        Attributes attributes = Attributes.builder()
                .attribute("hardbreaks-option")
                .attribute("docdate", "2026-01-01")
                .build();
        Options toManualPage = Options.builder()
                .backend("manpage")
                .safe(SafeMode.UNSAFE)
                .attributes(attributes)
                .build();
        try (Asciidoctor asciidoctor = Asciidoctor.Factory.create()) {
            for (Path source : sources) {
                asciidoctor.convertFile(source.toFile(), toManualPage);
                Files.delete(source);
            }
        }
    }
}

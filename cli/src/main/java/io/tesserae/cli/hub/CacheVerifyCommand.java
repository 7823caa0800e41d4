package io.tesserae.cli.hub;

import io.tesserae.cli.console.ByteCount;
import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.console.ProgressLine;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.output.OutputFormat;
import io.tesserae.loaders.hub.CacheProblem;
import io.tesserae.loaders.hub.CacheVerification;
import io.tesserae.loaders.hub.CachedModel;
import io.tesserae.loaders.hub.HubCache;
import io.tesserae.loaders.hub.ModelId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tesserae cache verify}: whether what is in the cache is what was downloaded. */
@Command(
        sortOptions = false,
        name = "verify",
        header = {"Compare the models in the cache with their checksums.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae cache verify [OPTIONS] [NAME...]",
        description = {
            "",
            "Reads every file of these models, or of all. The exit code is 1 if one is damaged: a file that is",
            "not what its checksum says, a link that leads nowhere. What is only left over, such as interrupted",
            "downloads, is said and is no damage."
        },
        parameterListHeading = "%n@|bold Arguments|@%n",
        optionListHeading = "%n@|bold Options|@%n")
final class CacheVerifyCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "NAME",
            converter = CachedName.Converter.class,
            description = "Models; by default all that are in the cache.")
    private List<CachedName> names = List.of();

    @Option(
            names = "--repair",
            description = "Delete damaged files and links that lead nowhere: the next download fetches them again.")
    private boolean repair;

    @Option(
            names = "--output",
            paramLabel = "text|json",
            converter = OutputFormat.TextOrJson.class,
            completionCandidates = OutputFormat.TextOrJson.class,
            description = "How to print the result: for people (the default), or a JSON object for each model.")
    private OutputFormat format = OutputFormat.TEXT;

    @Mixin
    private HelpOption help;

    private final Console console;

    CacheVerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        HubCache cache = new HubCache(HubAccess.settings(console).cache());
        int damaged = 0;
        int repairable = 0;
        for (CachedModel model : models(cache)) {
            CacheVerification verification = verify(cache, model);
            List<Path> deleted = repair ? cache.repair(verification) : List.of();
            print(model, verification, deleted);
            console.out().flush();
            if (verification.problems().stream()
                    .anyMatch(problem -> problem.isDamage() && !(repair && problem.isRepairable()))) {
                damaged++;
            }
            if (!repair && verification.problems().stream().anyMatch(CacheProblem::isRepairable)) {
                repairable++;
            }
        }
        if (damaged == 0) {
            return 0;
        }
        throw new CommandException(damaged + (damaged == 1 ? " model is" : " models are") + " damaged"
                + (repairable == 0
                        ? ""
                        : "; 'tesserae cache verify --repair' deletes what is broken, and the next download fetches it"
                                + " again"));
    }

    /** What is named, all of it there, before the long work begins. */
    private List<CachedModel> models(HubCache cache) throws IOException {
        if (names.isEmpty()) {
            return cache.list();
        }
        List<CachedModel> models = new ArrayList<>();
        for (CachedName name : names) {
            ModelId id = name.id();
            models.add(cache.find(id.repository())
                    .orElseThrow(() -> new CommandException("the cache "
                            + HubAccess.settings(console).cache() + " has no model \"" + id.repository() + "\"")));
        }
        return models;
    }

    private CacheVerification verify(HubCache cache, CachedModel model) throws IOException {
        long bytes = model.bytes() + model.leftoverBytes();
        boolean watched = console.terminals().err() && bytes >= Progress.SMALLEST_FILE;
        try (Progress progress =
                watched ? new ProgressLine(model.repository(), 0, bytes, console.err()) : Progress.NONE) {
            return cache.verify(model.repository(), progress::reached);
        }
    }

    private void print(CachedModel model, CacheVerification verification, List<Path> deleted) {
        if (format == OutputFormat.JSON) {
            console.out().line(json(verification, deleted));
            return;
        }
        String verdict = verification.isDamaged() ? "damaged" : "sound";
        console.out()
                .line(verification.repository() + ": " + verdict + "; " + verification.checkedFiles()
                        + " files checked, "
                        + ByteCount.of(verification.checkedBytes())
                        + (verification.uncheckedFiles() == 0
                                ? ""
                                : ", " + verification.uncheckedFiles() + " without a checksum"));
        for (CacheProblem problem : verification.problems()) {
            console.out().line("  " + Printable.line(inModel(model, problem.path()) + ": " + problem.message()));
        }
        for (Path path : deleted) {
            console.out().line("  deleted " + Printable.line(inModel(model, path)));
        }
        if (!deleted.isEmpty()) {
            console.out().line("  'tesserae download " + model.repository() + "' fetches what is missing");
        }
    }

    private static String inModel(CachedModel model, Path path) {
        return (path.startsWith(model.folder()) ? model.folder().relativize(path) : path).toString();
    }

    private static String json(CacheVerification verification, List<Path> deleted) {
        return new Json()
                .raw("{")
                .name("model")
                .string(verification.repository())
                .name("damaged")
                .raw(Boolean.toString(verification.isDamaged()))
                .name("checked_files")
                .raw(Integer.toString(verification.checkedFiles()))
                .name("checked_bytes")
                .raw(Long.toString(verification.checkedBytes()))
                .name("unchecked_files")
                .raw(Integer.toString(verification.uncheckedFiles()))
                .name("problems")
                .array(verification.problems(), CacheVerifyCommand::json)
                .name("deleted")
                .array(deleted, (json, path) -> json.string(path.toString()))
                .raw("}")
                .toString();
    }

    private static void json(Json json, CacheProblem problem) {
        json.raw("{")
                .name("kind")
                .string(problem.kind().name().toLowerCase(Locale.ROOT))
                .name("damage")
                .raw(Boolean.toString(problem.isDamage()))
                .name("path")
                .string(problem.path().toString())
                .name("message")
                .string(problem.message())
                .raw("}");
    }
}

package io.tesserae.cli.hub;

import io.tesserae.cli.console.ByteCount;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Table;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.output.OutputFormat;
import io.tesserae.loaders.hub.CachedModel;
import io.tesserae.loaders.hub.HubCache;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae cache list}: which models are there, and what they take. */
@Command(
        sortOptions = false,
        name = "list",
        header = {"List the models in the cache.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae cache list [OPTIONS]",
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n",
        footer = {
            "A size is that of the files that a model's revisions show; what several show counts once. What no",
            "revision shows, such as interrupted downloads, is said in the last column."
        })
final class CacheListCommand implements Callable<Integer> {

    private static final int SHORT_COMMIT = 12;
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

    @Option(
            names = "--output",
            paramLabel = "text|json",
            converter = OutputFormat.TextOrJson.class,
            completionCandidates = OutputFormat.TextOrJson.class,
            description = "How to print the list: for people (the default), or a JSON object for each model.")
    private OutputFormat format = OutputFormat.TEXT;

    @Mixin
    private HelpOption help;

    private final Console console;

    CacheListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Path folder = HubAccess.settings(console).cache();
        HubCache cache = new HubCache(folder);
        List<CachedModel> models = cache.list();
        if (format == OutputFormat.JSON) {
            models.forEach(model -> console.out().line(json(model)));
        } else {
            print(models);
            console.out()
                    .line((models.isEmpty() ? "" : "\n") + models.size() + (models.size() == 1 ? " model" : " models")
                            + ", " + ByteCount.of(cache.bytes()) + ", in " + Printable.escape(folder.toString()));
        }
        return 0;
    }

    private void print(List<CachedModel> models) {
        if (models.isEmpty()) {
            return;
        }
        Table table = new Table("model", ">size", "revisions", "modified", "");
        for (CachedModel model : models) {
            table.row(
                    model.repository(),
                    ByteCount.of(model.bytes()),
                    model.revisions().stream().map(CacheListCommand::name).collect(Collectors.joining(", ")),
                    MINUTE.format(model.lastModified().atZone(ZoneId.systemDefault())),
                    model.leftoverBytes() == 0 ? "" : "and " + ByteCount.of(model.leftoverBytes()) + " left over");
        }
        table.print(console.out());
    }

    /** Branches and tags say more than a commit does. */
    private static String name(CachedModel.Revision revision) {
        String commit = revision.commit();
        return Printable.escape(
                revision.refs().isEmpty()
                        ? commit.substring(0, Math.min(SHORT_COMMIT, commit.length()))
                        : String.join(" ", revision.refs()));
    }

    private static String json(CachedModel model) {
        return new Json()
                .raw("{")
                .name("model")
                .string(model.repository())
                .name("folder")
                .string(model.folder().toString())
                .name("bytes")
                .raw(Long.toString(model.bytes()))
                .name("leftover_bytes")
                .raw(Long.toString(model.leftoverBytes()))
                .name("last_modified")
                .string(model.lastModified().truncatedTo(ChronoUnit.SECONDS).toString())
                .name("revisions")
                .array(model.revisions(), CacheListCommand::json)
                .raw("}")
                .toString();
    }

    private static void json(Json json, CachedModel.Revision revision) {
        json.raw("{")
                .name("commit")
                .string(revision.commit())
                .name("refs")
                .array(revision.refs(), Json::string)
                .name("bytes")
                .raw(Long.toString(revision.bytes()))
                .name("files")
                .array(revision.files(), Json::string)
                .raw("}");
    }
}

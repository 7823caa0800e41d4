package io.tesserae.cli.hub;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.output.OutputFormat;
import io.tesserae.loaders.CheckpointFiles;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.hub.ModelId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tesserae download}: models into the cache, for machines or times without a network. */
@Command(
        sortOptions = false,
        name = "download",
        header = {"Download models from the Hugging Face hub into the cache.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae download [OPTIONS] NAME...",
        description = {
            "",
            "Prints the folder of each. Only the files that are needed come; each is checked against its",
            "checksum. A download that was interrupted goes on where it stopped."
        },
        parameterListHeading = "%n@|bold Arguments|@%n",
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Environment|@%n",
        footer = {
            "  HF_HOME, HF_HUB_CACHE  where the cache is; by default ~/.cache/huggingface/hub",
            "  HF_TOKEN               for private and gated models; else what 'hf auth login' left behind",
            "  HF_ENDPOINT            another hub than https://huggingface.co",
            "  HF_HUB_OFFLINE         1: nothing is asked or downloaded, the cache must have it",
            "  HTTPS_PROXY, NO_PROXY  a proxy, and what goes past it",
            "",
            "@|bold Examples|@",
            "  tesserae download distilbert/distilbert-base-uncased-finetuned-sst-2-english",
            "  tesserae download google/vit-base-patch16-224@main bert-base-uncased --output json"
        })
public final class DownloadCommand implements Callable<Integer> {

    @Parameters(
            arity = "1..*",
            paramLabel = "NAME",
            converter = ModelName.OnHub.Converter.class,
            description = "Models: organisation/name, or name alone for old ones; behind an @ a branch, a tag or a"
                    + " commit.")
    private List<ModelName.OnHub> models;

    @Mixin
    private HubOptions hubOptions;

    @Option(
            names = "--output",
            paramLabel = "text|json",
            converter = OutputFormat.TextOrJson.class,
            completionCandidates = OutputFormat.TextOrJson.class,
            description = "How to print the folders: a line each (the default), or a JSON object each.")
    private OutputFormat format = OutputFormat.TEXT;

    @Mixin
    private HelpOption help;

    private final Console console;

    public DownloadCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        for (ModelName.OnHub name : models.stream().map(hubOptions::applyTo).toList()) {
            ModelId model = name.id();
            ModelFiles files = HubAccess.download(name.id(), name.offline(), console);
            Path folder = files.path(CheckpointFiles.CONFIG)
                    .orElseThrow(() -> new CommandException("the cache has \"" + model + "\", but without "
                            + CheckpointFiles.CONFIG + ": the download is not complete; repeat it with a connection"))
                    .getParent();
            console.out().line(format == OutputFormat.JSON ? json(model, folder) : Printable.escape(folder.toString()));
            console.out().flush();
        }
        return 0;
    }

    /** A snapshot's folder is named after its commit. */
    private static String json(ModelId model, Path folder) {
        return new Json()
                .raw("{")
                .name("model")
                .string(model.repository())
                .name("revision")
                .string(model.revision())
                .name("commit")
                .string(folder.getFileName().toString())
                .name("folder")
                .string(folder.toString())
                .raw("}")
                .toString();
    }
}

package io.tesserae.cli.hub;

import io.tesserae.cli.console.ByteCount;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.loaders.hub.CacheRemoval;
import io.tesserae.loaders.hub.HubCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tesserae cache remove}: takes models out of the cache. */
@Command(
        sortOptions = false,
        name = "remove",
        header = {"Remove models from the cache.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae cache remove [--dry-run] NAME[@REVISION]...",
        description = {
            "",
            "Nothing is asked before: see with --dry-run what would go. A revision takes with it the files that",
            "no other revision shows. What links lead to outside of the model's own folder is never touched."
        },
        parameterListHeading = "%n@|bold Arguments|@%n",
        optionListHeading = "%n@|bold Options|@%n")
final class CacheRemoveCommand implements Callable<Integer> {

    @Parameters(
            arity = "1..*",
            paramLabel = "NAME[@REVISION]",
            converter = CachedName.Converter.class,
            description = "Models, or single revisions of them: a branch, a tag, or a commit.")
    private List<CachedName> names;

    @Option(names = "--dry-run", description = "Only say what would be removed, and how many bytes that would free.")
    private boolean dryRun;

    @Mixin
    private HelpOption help;

    private final Console console;

    CacheRemoveCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        HubCache cache = new HubCache(HubAccess.settings(console).cache());
        Set<CachedName> distinct = new LinkedHashSet<>(names);
        for (CachedName name : distinct) {
            CacheRemoval removal = name.removalFrom(cache); // all must be there before one goes
            if (dryRun) {
                print("would remove", removal);
                for (Path path : removal.paths()) {
                    console.out().line("  " + Printable.escape(path.toString()));
                }
            }
        }
        if (!dryRun) {
            for (CachedName name : distinct) {
                CacheRemoval removal = name.removalFrom(cache); // anew: what went before may have needed its blobs
                removal.execute();
                print("removed", removal);
                console.out().flush();
            }
        }
        return 0;
    }

    private void print(String what, CacheRemoval removal) {
        String revision = removal.commit().map(commit -> "@" + commit).orElse("");
        console.out().line(what + " " + removal.repository() + revision + ", " + ByteCount.of(removal.bytes()));
    }
}

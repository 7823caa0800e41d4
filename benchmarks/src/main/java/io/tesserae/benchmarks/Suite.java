package io.tesserae.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Measures everything that {@code docs/performance.md} says, and writes it there. {@code benchmarks/run-all.sh} builds and starts
 * it. It reports: no time makes it fail, but answers that differ do.
 */
@Command(
        name = "run-all.sh",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Measures Tesserae beside ONNX Runtime and PyTorch, rewrites the tables of docs/performance.md"
                + " and draws docs/images/performance.svg.")
public final class Suite implements Callable<Integer> {

    @Option(
            names = "--python",
            paramLabel = "PYTHON",
            description =
                    "Of an environment with torch, transformers, onnx and onnxruntime; by default ${DEFAULT-VALUE}.")
    private Path python = Path.of("python3");

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "Where checkpoints (1.5 GB) and results lie; by default ~/.cache/tesserae-benchmarks.")
    private Path work = Path.of(System.getProperty("user.home"), ".cache", "tesserae-benchmarks");

    @Option(
            names = "--only",
            paramLabel = "SECTION",
            split = ",",
            description = "Only these of ${COMPLETION-CANDIDATES}; other tables stay as they are.")
    private Set<Section> only = new LinkedHashSet<>();

    @Option(names = "--quick", description = "Two rounds of 0.2 s, to see that everything runs; not to be quoted.")
    private boolean quick;

    @Option(names = "--rounds", paramLabel = "N", description = "How many turns each engine gets; by default 5.")
    private Integer rounds;

    @Option(names = "--seconds", paramLabel = "S", description = "How long a turn is; by default 0.8.")
    private Double seconds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            split = ",",
            description =
                    "Thread counts; by default 2 and 1, and with --quick 2. With 1 everything is held on one core, where there is taskset.")
    private List<Integer> threadCounts;

    @Option(
            names = "--tokenizer",
            paramLabel = "DIR",
            description =
                    "Whose tokenizer a new DistilBERT gets, as bert-base-uncased's; by default a small one of the tests.")
    private Path tokenizer = Path.of("testdata", "fixtures", "distilbert-sst2");

    @Option(names = "--texts", paramLabel = "FILE", description = "Texts, one a line, for the section corpus.")
    private Path texts;

    @Option(names = "--document", paramLabel = "FILE", description = "The page; by default ${DEFAULT-VALUE}.")
    private Path document = Path.of("docs", "performance.md");

    @Option(names = "--chart", paramLabel = "FILE", description = "The chart; by default ${DEFAULT-VALUE}.")
    private Path chart = Path.of("docs", "images", "performance.svg");

    @Spec
    private CommandSpec spec;

    private Suite() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Suite())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    commandLine.getErr().println("run-all.sh: " + failure.getMessage());
                    return commandLine.getCommandSpec().exitCodeOnExecutionException();
                });
    }

    @Override
    public Integer call() throws IOException {
        require(rounds() > 0, "--rounds: expected 1 or more, found " + rounds());
        require(seconds() > 0, "--seconds: expected more than 0, found " + seconds());
        require(threads().stream().allMatch(count -> count > 0), "--threads: expected 1 or more, found " + threads());
        List<Section> sections = sections();
        // A page without a place for a table is to be found out before everything is measured, not after.
        MarkedDocument before = MarkedDocument.read(document);
        sections.forEach(section -> section.tables().forEach(before::require));
        Results results = new Results(Files.createDirectories(work.resolve("results")));

        sections.stream()
                .filter(section -> section.checkpoint != null)
                .map(section -> section.checkpoint)
                .distinct()
                .forEach(checkpoint -> checkpoint.prepare(work, python, tokenizer));
        for (Section section : sections) {
            Map<String, String> tables = measure(section, results);
            // Read again, section by section: whoever stops the suite keeps what is there.
            MarkedDocument page = MarkedDocument.read(document);
            for (Map.Entry<String, String> table : tables.entrySet()) {
                page = page.with(table.getKey(), table.getValue() + "\n" + caption(table.getKey()));
            }
            page.write();
        }
        List<ModelResult> drawn = results.sideBySide(threads());
        if (!drawn.isEmpty()) {
            Files.writeString(chart, PerformanceChart.draw(drawn));
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Section> sections() {
        require(texts != null || !only.contains(Section.CORPUS), "--only corpus: needs --texts FILE, a text a line");
        return Arrays.stream(Section.values())
                .filter(section -> only.isEmpty() || only.contains(section))
                .filter(section -> section != Section.CORPUS || texts != null)
                .toList();
    }

    /** Measures, for every thread count, and makes its tables. */
    private Map<String, String> measure(Section section, Results results) {
        if (section == Section.START) {
            say(section, threads().getFirst());
            return Map.of(
                    section.title(),
                    StartSection.table(new StartSection(section.checkpoint.in(work), python, rounds()).measure()));
        }
        // How many objects are made does not depend on how many share the work.
        List<Integer> counts = section == Section.ALLOCATION ? threads().subList(0, 1) : threads();
        for (int count : counts) {
            say(section, count);
            long start = System.nanoTime();
            Child.run(SectionCommand.of(section, count, results.file(section, count))
                    .with("--python", python)
                    .with("--model", section.checkpoint == null ? null : section.checkpoint.in(work))
                    .with("--texts", texts)
                    .with("--rounds", rounds())
                    .with("--seconds", seconds())
                    .words());
            System.err.println(
                    "  " + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
        }
        return tables(section, results, counts);
    }

    private static Map<String, String> tables(Section section, Results results, List<Integer> counts) {
        Map<String, String> tables = new LinkedHashMap<>();
        switch (section) {
            case DISTILBERT -> {
                List<ModelResult> measured = results.read(section, counts, ModelResult[].class);
                tables.put("distilbert", ModelResult.table(measured));
                tables.put("int8", ModelResult.inexactTable(measured));
            }
            case MIXED, CORPUS, MINILM, VIT ->
                tables.put(section.title(), ModelResult.table(results.read(section, counts, ModelResult[].class)));
            case ROOFLINE -> {
                List<Roofline.Result> measured = results.read(section, counts, Roofline.Result[].class);
                tables.put(
                        "roofline",
                        Roofline.kernelTable(measured.stream()
                                .filter(Roofline.Result::isKernel)
                                .toList()));
                tables.put(
                        "arithmetic",
                        Roofline.modelTable(measured.stream()
                                .filter(result -> !result.isKernel())
                                .toList()));
            }
            case ALLOCATION ->
                tables.put("allocation", Allocation.table(results.read(section, counts, Allocation.Result[].class)));
            case START -> throw new IllegalArgumentException("the start has a table of its own");
        }
        return tables;
    }

    /** What a reader has to know beside a table; its name is there so that no two read alike. */
    private String caption(String table) {
        return String.format(
                Locale.ROOT,
                "*Table %s, %s; %s, %d processors; JDK %s; %d rounds of %s s%s.*",
                table,
                LocalDate.now(ZoneOffset.UTC),
                Machine.processor(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().toString().replaceAll("\\+.*", ""),
                rounds(),
                seconds(),
                quick ? " (quick: two rounds say little)" : "");
    }

    private List<Integer> threads() {
        return threadCounts != null ? threadCounts : quick ? List.of(2) : List.of(2, 1);
    }

    private int rounds() {
        return rounds != null ? rounds : quick ? 2 : 5;
    }

    private double seconds() {
        return seconds != null ? seconds : quick ? 0.2 : 0.8;
    }

    private static void say(Section section, int threads) {
        System.err.println(section.title() + ", " + threads + (threads == 1 ? " thread" : " threads"));
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}

package io.tesserae.examples.semanticsearch;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.hub.Hub;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers questions with the passages of some documents whose meaning is nearest. */
@Command(
        name = "semantic-search",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Answers questions with the passages of Markdown documents whose meaning is nearest.")
public final class SemanticSearch implements Callable<Integer> {

    // Some encoders want questions and documents marked. Those that do not have empty prompts of these names.
    private static final SentenceEmbeddingOptions QUESTION = SentenceEmbeddingOptions.DEFAULT.withPromptName("query");
    private static final SentenceEmbeddingOptions PASSAGE = SentenceEmbeddingOptions.DEFAULT.withPromptName("document");

    @Parameters(
            paramLabel = "QUESTION",
            description = "Questions. Without any they are read from standard input, one a line.")
    private List<String> questions = List.of();

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            required = true,
            description =
                    "A sentence encoder: its folder, or its name on the hub, as sentence-transformers/all-MiniLM-L6-v2.")
    private String model;

    @Option(
            names = "--documents",
            paramLabel = "PATH",
            arity = "1",
            description = "Markdown files, or folders of them; by default README.md and docs.")
    private List<Path> documents = List.of(Path.of("README.md"), Path.of("docs"));

    @Option(
            names = "--top-k",
            paramLabel = "N",
            description = "How many passages to show; by default ${DEFAULT-VALUE}.")
    private int topK = 3;

    @Spec
    private CommandSpec spec;

    private SemanticSearch() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new SemanticSearch()).setExecutionExceptionHandler((failure, commandLine, parsed) -> {
            commandLine.getErr().println("semantic-search: " + failure.getMessage());
            return commandLine.getCommandSpec().exitCodeOnExecutionException();
        });
    }

    @Override
    public Integer call() throws IOException {
        require(topK > 0, "--top-k: expected 1 or more, found " + topK);
        List<Passage> passages = new ArrayList<>();
        for (Path path : documents) {
            require(Files.exists(path), "--documents: no file or folder '" + path + "'");
            passages.addAll(Passages.read(path));
        }
        try (SentenceEmbeddingPipeline encoder = Pipelines.sentenceEmbedding(open(model));
                PassageIndex index = index(passages, encoder);
                Stream<String> asked = questions.isEmpty() ? linesOfStandardInput() : questions.stream()) {
            asked.forEach(question -> {
                float[] vector = encoder.embed(List.of(question), QUESTION).getFirst();
                print(question, index.search(vector, topK));
            });
        }
        return CommandLine.ExitCode.OK;
    }

    /** A folder that is there wins; anything else is a name on the hub, and is downloaded unless the cache has it. */
    private static ModelFiles open(String model) throws IOException {
        Path folder = Path.of(model);
        return Files.isDirectory(folder)
                ? ModelFiles.directory(folder)
                : Hub.fromEnvironment().download(model);
    }

    /** Texts go into the stream and vectors come out of it, batch by batch; no more than one batch is in memory. */
    private static PassageIndex index(List<Passage> passages, SentenceEmbeddingPipeline encoder) throws IOException {
        Stream<String> texts = passages.stream().map(Passage::text);
        try (Stream<float[]> vectors = encoder.embed(texts, PASSAGE)) {
            return PassageIndex.of(passages, vectors);
        }
    }

    private static Stream<String> linesOfStandardInput() {
        return new BufferedReader(new InputStreamReader(System.in)).lines().filter(line -> !line.isBlank());
    }

    private void print(String question, List<PassageIndex.Hit> hits) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(question);
        for (PassageIndex.Hit hit : hits) {
            Passage passage = hit.passage();
            out.printf("%n%.4f  %s, %s%n", hit.similarity(), passage.file(), passage.heading());
            out.println(passage.text().indent(4).stripTrailing());
        }
        out.println();
        out.flush();
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}

package io.tesserae.cli;

import io.tesserae.pipelines.sentence.SearchResult;
import io.tesserae.pipelines.sentence.SemanticIndex;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code tesserae run semantic-search}: the texts of a file that are most like each query. */
final class SemanticSearchTask {

    /** As sentence-transformers has it. */
    private static final int DEFAULT_TOP_K = 10;

    /** What a text and its embedding take beside their letters and numbers, in bytes. */
    private static final int OVERHEAD = 96;

    private final RunCommand command;
    private final SentenceEmbedder embedder;
    private final List<String> corpus = new ArrayList<>();

    private SemanticSearchTask(RunCommand command, SentenceEmbedder embedder) {
        this.command = command;
        this.embedder = embedder;
    }

    static void run(RunCommand command) throws IOException {
        String file = command.sentences().corpus(command);
        try (Inputs<String> queries = command.inputs(InputFormat.SINGLE_TEXTS);
                Inputs<String> texts = Inputs.open(file, InputFormat.SINGLE_TEXTS, command.console());
                SentenceEmbedder embedder = SentenceEmbedder.open(command)) {
            SemanticSearchTask task = new SemanticSearchTask(command, embedder);
            SemanticIndex index = task.read(file, texts);
            task.search(queries, index);
        }
    }

    /** Embeds the corpus. */
    private SemanticIndex read(String file, Inputs<String> texts) throws IOException {
        SemanticIndex.Builder builder =
                SemanticIndex.builder(embedder.pipeline().similarityFunction());
        SentenceEmbeddingOptions options =
                embedder.options(command.sentences().corpusPrompt(command).orNamed("document"));
        int dimensions =
                command.sentences().dimensions().orElse(embedder.pipeline().dimensions());
        int together = EveryInput.textsTogether(command.batchSize());
        long bytes = 0;
        try (Progress progress = Progress.of(texts, command.console())) {
            for (List<String> batch = next(texts, together); !batch.isEmpty(); batch = next(texts, together)) {
                for (String text : batch) {
                    corpus.add(text);
                    bytes += OVERHEAD + 2L * text.length() + 4L * dimensions;
                }
                requireRoom(file, bytes);
                embedder.embed(batch, options).forEach(builder::add);
                progress.reached(texts.bytesRead());
            }
        }
        if (corpus.isEmpty()) {
            throw new CommandException(file + ": expected the texts to search in, one a line, found none");
        }
        return builder.build();
    }

    /** Texts to search in; answers would say less than they seem to if one of them were left out. */
    private static List<String> next(Inputs<String> texts, int most) throws IOException {
        return texts.next(most).stream().map(Input::value).toList();
    }

    /** The model needs memory too, and so does what the collector has not collected yet. */
    private void requireRoom(String file, long bytes) {
        long room = Runtime.getRuntime().maxMemory() / 2;
        if (bytes > room) {
            throw new CommandException(file + ": the first " + corpus.size() + " texts and their embeddings take "
                    + (bytes >> 20) + " MB, and there is room for " + (room >> 20)
                    + "; give the JVM more (TESSERAE_JAVA_OPTIONS=-Xmx8g), keep fewer numbers (--dimensions), or split"
                    + " the file");
        }
    }

    private void search(Inputs<String> queries, SemanticIndex index) throws IOException {
        SentenceEmbeddingOptions options =
                embedder.options(command.sentences().prompt(command).orNamed("query"));
        int topK = command.topK().orElse(DEFAULT_TOP_K);
        try (Progress progress = Progress.of(queries, command.console())) {
            EveryInput.run(
                    command,
                    queries,
                    EveryInput.textsTogether(command.batchSize()),
                    batch -> embedder.embed(batch, options).stream()
                            .map(query -> index.search(query, topK))
                            .toList(),
                    (query, results) -> command.isJson() ? json(results) : lines(query, results),
                    progress);
        }
    }

    private String json(List<SearchResult> results) {
        return new Json()
                .array(
                        results,
                        (json, result) -> json.raw("{")
                                .name("corpus_id")
                                .integer(result.corpusId())
                                .name("score")
                                .number(result.score())
                                .name("text")
                                .string(corpus.get(result.corpusId()))
                                .raw("}"))
                .toString();
    }

    private String lines(String query, List<SearchResult> results) {
        return results.stream()
                .map(result ->
                        FiniteNumber.text(result.score()) + "  " + Printable.excerpt(corpus.get(result.corpusId())))
                .collect(Collectors.joining("\n  ", Printable.excerpt(query) + "\n  ", ""));
    }
}

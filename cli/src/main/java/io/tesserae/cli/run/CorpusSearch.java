package io.tesserae.cli.run;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.Input;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.output.FiniteNumber;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.pipelines.sentence.SearchResult;
import io.tesserae.pipelines.sentence.SemanticIndex;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The texts of a file, and which of them are most like a query. */
final class CorpusSearch {

    /** What a text and its embedding take beside their letters and numbers, in bytes. */
    private static final int OVERHEAD = 96;

    private final TaskRun run;
    private final SentenceEmbedder embedder;
    private final List<String> corpus = new ArrayList<>();
    private final int together;

    /** @param together how many texts are read together */
    CorpusSearch(TaskRun run, SentenceEmbedder embedder, int together) {
        this.run = run;
        this.embedder = embedder;
        this.together = together;
    }

    /** Embeds the corpus. */
    SemanticIndex read(String file, Inputs<String> texts, SentenceOptions.PromptChoice prompt) throws IOException {
        SemanticIndex.Builder builder =
                SemanticIndex.builder(embedder.pipeline().similarityFunction());
        SentenceEmbeddingOptions options = embedder.options(prompt);
        int dimensions = embedder.dimensions();
        long bytes = 0;
        try (Progress progress = InputProgress.of(texts, run.console())) {
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

    /** Answers each query with the texts of the corpus that are most like it. */
    void search(SemanticIndex index, Inputs<String> queries, SentenceOptions.PromptChoice prompt, int topK)
            throws IOException {
        SentenceEmbeddingOptions options = embedder.options(prompt);
        try (Progress progress = InputProgress.of(queries, run.console())) {
            EveryInput.run(
                    run,
                    queries,
                    together,
                    batch -> embedder.embed(batch, options).stream()
                            .map(query -> index.search(query, topK))
                            .toList(),
                    (query, results) -> run.isJson() ? json(results, corpus) : lines(query, results, corpus),
                    progress);
        }
    }

    /** What a query found, for programs. */
    static String json(List<SearchResult> results, List<String> corpus) {
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

    /** What a query found, for people. */
    static String lines(String query, List<SearchResult> results, List<String> corpus) {
        return results.stream()
                .map(result ->
                        FiniteNumber.text(result.score()) + "  " + Printable.excerpt(corpus.get(result.corpusId())))
                .collect(Collectors.joining("\n  ", Printable.excerpt(query) + "\n  ", ""));
    }
}

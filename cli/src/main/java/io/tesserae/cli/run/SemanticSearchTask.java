package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.option.Converters;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.families.Families;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.pipelines.sentence.SemanticIndex;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run semantic-search}: the texts of a file that are most like each query. */
@Command(
        header = {"The texts of a file, or the pictures of a folder, that are most like each query.", ""},
        footer = {"  tesserae run semantic-search --model DIR --corpus faq.txt --top-k 3 \"Where is my parcel?\""})
final class SemanticSearchTask implements Callable<Integer> {

    /** As sentence-transformers has it. */
    private static final int DEFAULT_TOP_K = 10;

    @Option(
            names = "--corpus",
            paramLabel = "FILE",
            description = "The texts to search in, one a line, as for --input; with a model like CLIP a folder of"
                    + " pictures, or a file of their names.")
    private String corpus;

    @Option(
            names = "--corpus-prompt",
            paramLabel = "NAME",
            description = "The model's prompt for the texts to search in; by default the one named document.")
    private String corpusPromptName;

    @Option(
            names = "--corpus-prompt-text",
            paramLabel = "TEXT",
            description = "Put this before each of the texts to search in, as 'passage: '.")
    private String corpusPromptText;

    @Option(
            names = "--top-k",
            paramLabel = "N|all",
            converter = Converters.TopK.class,
            description = "Return this many texts for each query, best first; by default 10.")
    private Integer topK;

    @Mixin
    private SentenceOptions sentences;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    SemanticSearchTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        String file = corpus(run);
        try (Checkpoint checkpoint = run.isModelNamed() ? Checkpoint.open(run.requireModel()) : null) {
            if (checkpoint == null) {
                searchTexts(run, file, () -> SentenceEmbedder.open(run, sentences, batchSize));
            } else if (comparesPictures(checkpoint)) {
                searchPictures(run, file, checkpoint);
            } else {
                searchTexts(run, file, () -> SentenceEmbedder.open(run, sentences, batchSize, checkpoint));
            }
        }
    }

    private void searchPictures(TaskRun run, String folder, Checkpoint checkpoint) throws IOException {
        run.requireNone(
                "is for models of texts: this one compares texts with pictures",
                "--prompt",
                "--prompt-text",
                "--corpus-prompt",
                "--corpus-prompt-text",
                "--dimensions",
                "--normalize");
        PictureSearch.run(run, checkpoint, folder, topK == null ? DEFAULT_TOP_K : topK, batchSize.textsTogether());
    }

    /** Loads a model of texts, behind what is wrong with the command. */
    @FunctionalInterface
    private interface Opener {
        SentenceEmbedder open() throws IOException;
    }

    private void searchTexts(TaskRun run, String file, Opener opener) throws IOException {
        try (Inputs<String> queries = run.inputs(InputFormat.SINGLE_TEXTS);
                Inputs<String> texts = Inputs.open(file, InputFormat.SINGLE_TEXTS, run.console())) {
            SentenceOptions.PromptChoice queryPrompt = sentences.prompt(run);
            SentenceOptions.PromptChoice corpusPrompt =
                    SentenceOptions.promptChoice(run, corpusPromptName, corpusPromptText, "--corpus-prompt");
            try (SentenceEmbedder embedder = opener.open()) {
                CorpusSearch search = new CorpusSearch(run, embedder, batchSize.textsTogether());
                SemanticIndex index = search.read(file, texts, corpusPrompt.orNamed("document"));
                search.search(index, queries, queryPrompt.orNamed("query"), topK == null ? DEFAULT_TOP_K : topK);
            }
        }
    }

    /** Whether a model is one that compares texts with pictures. One of sentence-transformers may have its config.json in a folder. */
    private static boolean comparesPictures(Checkpoint checkpoint) {
        return checkpoint.files().exists("config.json")
                && Checkpoint.headOfArchitectures(Families.ALL, checkpoint.config())
                        .filter(Head.IMAGE_TEXT_ENCODER::equals)
                        .isPresent();
    }

    /** The file of texts to search in. */
    private String corpus(TaskRun run) {
        if (corpus == null) {
            throw run.usage("semantic-search needs the texts to search in: give --corpus FILE");
        }
        if (corpus.equals("-") && run.readsStandardInput()) {
            throw run.usage("--corpus and --input cannot both be standard input");
        }
        return corpus;
    }
}

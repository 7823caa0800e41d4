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
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.sentence.SemanticIndex;
import java.io.IOException;
import java.util.Optional;
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
        Optional<ModelFiles> ofPictures = ofPictures(run);
        if (ofPictures.isPresent()) {
            run.requireNone(
                    "is for models of texts: this one compares texts with pictures",
                    "--prompt",
                    "--prompt-text",
                    "--corpus-prompt",
                    "--corpus-prompt-text",
                    "--dimensions",
                    "--normalize");
            PictureSearch.run(
                    run, ofPictures.get(), file, topK == null ? DEFAULT_TOP_K : topK, batchSize.textsTogether());
            return;
        }
        try (Inputs<String> queries = run.inputs(InputFormat.SINGLE_TEXTS);
                Inputs<String> texts = Inputs.open(file, InputFormat.SINGLE_TEXTS, run.console())) {
            SentenceOptions.PromptChoice queryPrompt = sentences.prompt(run);
            SentenceOptions.PromptChoice corpusPrompt =
                    SentenceOptions.promptChoice(run, corpusPromptName, corpusPromptText, "--corpus-prompt");
            try (SentenceEmbedder embedder = SentenceEmbedder.open(run, sentences, batchSize)) {
                CorpusSearch search = new CorpusSearch(run, embedder, batchSize.textsTogether());
                SemanticIndex index = search.read(file, texts, corpusPrompt.orNamed("document"));
                search.search(index, queries, queryPrompt.orNamed("query"), topK == null ? DEFAULT_TOP_K : topK);
            }
        }
    }

    /** The model, if it is one that compares texts with pictures. */
    private static Optional<ModelFiles> ofPictures(TaskRun run) throws IOException {
        if (!run.isModelNamed()) {
            return Optional.empty();
        }
        ModelFiles model = run.requireModel();
        if (!model.exists("config.json")) {
            return Optional.empty();
        }
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            boolean compares = Checkpoint.headOfArchitectures(Families.ALL, checkpoint.config())
                    .filter(Head.IMAGE_TEXT_ENCODER::equals)
                    .isPresent();
            return compares ? Optional.of(model) : Optional.empty();
        }
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

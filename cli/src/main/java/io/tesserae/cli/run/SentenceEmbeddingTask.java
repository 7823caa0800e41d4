package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.output.VectorOutput;
import io.tesserae.cli.output.VectorOutputs;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tesserae run sentence-embedding}. */
@Command(
        header = {"A vector for each text: texts of like meaning have like vectors.", ""},
        footer = {
            "  tesserae run sentence-embedding --model sentence-transformers/all-MiniLM-L6-v2 \\",
            "      --output-file vectors.npy --input texts.txt"
        })
final class SentenceEmbeddingTask implements Callable<Integer> {

    @Mixin
    private SentenceOptions sentences;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    SentenceEmbeddingTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.VECTORS, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        try (Inputs<String> texts = run.inputs(InputFormat.SINGLE_TEXTS);
                SentenceEmbedder embedder = SentenceEmbedder.open(run, sentences, batchSize);
                VectorOutput vectors = run.open(new VectorOutputs(
                        "text",
                        Printable::excerpt,
                        vector -> new Json().floats(vector.data()).toString()));
                Progress progress = InputProgress.of(texts, run.console())) {
            SentenceEmbeddingOptions options = embedder.options();
            EveryInput.write(
                    run,
                    texts,
                    batchSize.textsTogether(),
                    batch -> embedder.embed(batch, options),
                    (text, embedding) -> vectors.write(text, Tensor.of(embedding, embedding.length)),
                    progress);
            vectors.complete();
        }
    }
}

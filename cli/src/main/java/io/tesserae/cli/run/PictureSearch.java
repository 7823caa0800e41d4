package io.tesserae.cli.run;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.ImageFormat;
import io.tesserae.cli.input.Input;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.model.SimilarityFunction;
import io.tesserae.pipelines.image.ImageTextEmbeddingPipeline;
import io.tesserae.pipelines.sentence.SemanticIndex;
import io.tesserae.pipelines.task.ImageInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The pictures of a folder, and which of them a text describes best. */
final class PictureSearch {

    private final TaskRun run;
    private final ImageTextEmbeddingPipeline pipeline;
    private final List<String> names = new ArrayList<>();

    private PictureSearch(TaskRun run, ImageTextEmbeddingPipeline pipeline) {
        this.run = run;
        this.pipeline = pipeline;
    }

    /**
     * Searches.
     *
     * @param corpus a folder of pictures, or a file with the name of one in each line
     * @param together how many queries are read together
     */
    static void run(TaskRun run, Checkpoint checkpoint, String corpus, int topK, int together) throws IOException {
        try (Inputs<String> queries = run.inputs(InputFormat.SINGLE_TEXTS);
                Engine engine = run.openEngine();
                ImageTextEmbeddingPipeline pipeline = ImageTextEmbeddingPipeline.TASK.open(checkpoint, engine)) {
            PictureSearch search = new PictureSearch(run, pipeline);
            SemanticIndex index = search.read(corpus);
            search.answer(index, queries, topK, together);
        }
    }

    private SemanticIndex read(String corpus) throws IOException {
        SemanticIndex.Builder builder = SemanticIndex.builder(SimilarityFunction.DOT); // of vectors of length 1
        try (Inputs<ImageInput> pictures = pictures(corpus);
                Progress progress = InputProgress.of(pictures, run.console())) {
            int together = pipeline.batchSize();
            for (List<Input<ImageInput>> batch = pictures.next(together);
                    !batch.isEmpty();
                    batch = pictures.next(together)) {
                add(batch, builder);
                progress.reached(pictures.bytesRead());
            }
        }
        if (names.isEmpty()) {
            throw new CommandException(corpus + ": expected pictures to search in, found none that can be read");
        }
        return builder.build();
    }

    /** One that cannot be read ends the search, or is left out of it: as {@code --on-error} says. */
    private void add(List<Input<ImageInput>> batch, SemanticIndex.Builder builder) {
        List<float[]> vectors = together(batch);
        for (int i = 0; i < batch.size(); i++) {
            try {
                ImageInput image = batch.get(i).value();
                builder.add(vectors.isEmpty() ? pipeline.answer(image) : vectors.get(i));
                names.add(image.name());
            } catch (RuntimeException e) {
                run.badInputs().leaveOut(batch.get(i), e);
            }
        }
    }

    /** The vectors of pictures; none where one of them is no good, and which, is seen when each is read by itself. */
    private List<float[]> together(List<Input<ImageInput>> batch) {
        try {
            return pipeline.embedImages(batch.stream().map(Input::value).toList());
        } catch (RuntimeException e) {
            return List.of();
        }
    }

    private Inputs<ImageInput> pictures(String corpus) throws IOException {
        try {
            if (Files.isDirectory(Path.of(corpus))) {
                return Inputs.ofArguments(ImageFormat.IMAGES.ofArguments(List.of(corpus)));
            }
        } catch (InvalidPathException e) {
            throw new CommandException(corpus + ": not a file's name");
        }
        return Inputs.open(corpus, ImageFormat.IMAGES, run.console());
    }

    private void answer(SemanticIndex index, Inputs<String> queries, int topK, int together) throws IOException {
        try (Progress progress = InputProgress.of(queries, run.console())) {
            EveryInput.run(
                    run,
                    queries,
                    together,
                    batch -> pipeline.embedTexts(batch).stream()
                            .map(query -> index.search(query, topK))
                            .toList(),
                    (query, results) -> run.isJson()
                            ? CorpusSearch.json(results, names)
                            : CorpusSearch.lines(query, results, names),
                    progress);
        }
    }
}

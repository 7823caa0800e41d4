package io.tesserae.benchmarks;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassification;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** This engine. */
final class TesseraeContender implements Contender {

    /** A loaded checkpoint. */
    private sealed interface Classifier extends AutoCloseable {

        /** The pass that is timed, from a workload to its logits {@code [batch, labels]}; its input is made beforehand. */
        Supplier<Tensor> forward(Workload workload);

        @Override
        void close();

        /** Of texts. */
        record OfTexts(AutoModelForSequenceClassification model, ModelFiles files) implements Classifier {

            private static final TextClassificationOptions LOGITS =
                    TextClassificationOptions.DEFAULT.withAllLabels().withFunctionToApply(ScoreFunction.NONE);

            @Override
            public Supplier<Tensor> forward(Workload workload) {
                return switch (workload) {
                    case TokenWorkload tokens -> {
                        TokenBatch batch = tokens.tokenBatch();
                        yield () -> model.forward(batch).logits();
                    }
                    case CorpusWorkload corpus -> {
                        List<TextInput> texts =
                                corpus.texts().stream().map(TextInput::of).toList();
                        var pipeline = Pipelines.textClassification(AutoTokenizer.fromPretrained(files), model);
                        yield () -> logits(pipeline.classify(texts, LOGITS));
                    }
                    case MixedWorkload mixed -> {
                        List<TokenBatch> batches = mixed.tokenBatches();
                        yield () -> joined(batches.stream()
                                .map(batch -> model.forward(batch).logits())
                                .toList());
                    }
                    case ImageWorkload _ ->
                        throw new IllegalArgumentException(
                                "workload " + workload + ": the model takes tokens, as in 8x128, not pictures");
                };
            }

            /** The rows of all, one after the other. */
            private static Tensor joined(List<Tensor> parts) {
                int rows = parts.stream().mapToInt(part -> part.dimension(0)).sum();
                Tensor joined = Tensor.zeros(rows, parts.getFirst().dimension(1));
                int offset = 0;
                for (Tensor part : parts) {
                    System.arraycopy(part.data(), 0, joined.data(), offset, part.size());
                    offset += part.size();
                }
                return joined;
            }

            /** The answers are sorted by score; in the order of the labels they are logits again. */
            private Tensor logits(List<TextClassification> answers) {
                int labels = model.classifier().labels();
                Tensor logits = Tensor.zeros(answers.size(), labels);
                for (int text = 0; text < answers.size(); text++) {
                    for (Classification answer : answers.get(text).labels()) {
                        int label = List.copyOf(model.config().labels().byId().values())
                                .indexOf(answer.label());
                        logits.data()[text * labels + label] = answer.score();
                    }
                }
                return logits;
            }

            @Override
            public void close() {
                model.close();
            }
        }

        /** Of pictures. */
        record OfImages(AutoModelForImageClassification model) implements Classifier {

            @Override
            public Supplier<Tensor> forward(Workload workload) {
                if (!(workload instanceof ImageWorkload images)) {
                    throw new IllegalArgumentException(
                            "workload " + workload + ": the model takes pictures, as in 4@224, not tokens");
                }
                ImageBatch batch = images.imageBatch();
                return () -> model.forward(batch).logits();
            }

            @Override
            public void close() {
                model.close();
            }
        }
    }

    private final Engine engine;
    private final Classifier classifier;

    /** Loads a checkpoint; what {@code config.json} calls its architecture says whether it takes texts or pictures. */
    TesseraeContender(Path checkpoint, int threads) {
        this(checkpoint, threads, Precision.FLOAT32);
    }

    /** Likewise, with weights of float32 rounded to a precision. */
    TesseraeContender(Path checkpoint, int threads, Precision weights) {
        engine = Engine.builder().threads(threads).weightPrecision(weights).build();
        classifier = load(ModelFiles.directory(checkpoint), engine);
    }

    private static Classifier load(ModelFiles files, Engine engine) {
        try {
            boolean takesImages = PretrainedConfig.read(files).architectures().stream()
                    .anyMatch(architecture -> architecture.contains("ForImageClassification"));
            return takesImages
                    ? new Classifier.OfImages(AutoModelForImageClassification.fromPretrained(files, engine))
                    : new Classifier.OfTexts(AutoModelForSequenceClassification.fromPretrained(files, engine), files);
        } catch (IOException e) {
            throw new UncheckedIOException(files.describe("config.json") + " cannot be read", e);
        }
    }

    @Override
    public String name() {
        return isExact()
                ? "Tesserae"
                : "Tesserae, " + engine.weightPrecision().name().toLowerCase(Locale.ROOT) + " weights";
    }

    @Override
    public boolean isExact() {
        return engine.weightPrecision() == Precision.FLOAT32;
    }

    @Override
    public float[][] logits(Workload workload) {
        Tensor logits = classifier.forward(workload).get();
        int labels = logits.dimension(1);
        float[][] rows = new float[workload.batch()][];
        Arrays.setAll(rows, row -> Arrays.copyOfRange(logits.data(), row * labels, (row + 1) * labels));
        return rows;
    }

    @Override
    public Timing time(Workload workload, double seconds) {
        Supplier<Tensor> forward = classifier.forward(workload);
        return Timing.of(workload.warmUpRuns(), seconds, forward::get);
    }

    @Override
    public void close() {
        classifier.close();
        engine.close();
    }
}

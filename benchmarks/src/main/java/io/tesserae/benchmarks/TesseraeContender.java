package io.tesserae.benchmarks;

import io.tesserae.kernel.Engine;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.ModelFiles;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;

/** This engine. */
final class TesseraeContender implements Contender {

    private final Engine engine;
    private final AutoModelForSequenceClassification model;

    TesseraeContender(Path checkpoint, int threads) {
        engine = Engine.builder().threads(threads).build();
        model = AutoModelForSequenceClassification.fromPretrained(ModelFiles.directory(checkpoint), engine);
    }

    @Override
    public String name() {
        return "Tesserae";
    }

    @Override
    public float[][] logits(Workload workload) {
        Tensor logits = model.forward(workload.tokenBatch()).logits();
        int labels = logits.dimension(1);
        float[][] rows = new float[workload.batch()][];
        Arrays.setAll(rows, row -> Arrays.copyOfRange(logits.data(), row * labels, (row + 1) * labels));
        return rows;
    }

    @Override
    public Timing time(Workload workload, double seconds) {
        TokenBatch batch = workload.tokenBatch();
        return Timing.of(seconds, () -> model.forward(batch));
    }

    @Override
    public void close() {
        model.close();
        engine.close();
    }
}

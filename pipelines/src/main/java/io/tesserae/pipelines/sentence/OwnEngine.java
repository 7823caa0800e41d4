package io.tesserae.pipelines.sentence;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tensor.Precision;

/** An engine that is made where somebody asks for threads or a precision, and closed with the pipeline that runs on it. */
final class OwnEngine {

    private Engine.Builder builder; // null: the engine that all share

    void threads(int threads) {
        builder().threads(threads);
    }

    void weightPrecision(Precision precision) {
        builder().weightPrecision(precision);
    }

    private Engine.Builder builder() {
        if (builder == null) {
            builder = Engine.builder();
        }
        return builder;
    }

    /** A pipeline, and what is closed with it. */
    record Opened<P extends Pipeline<?, ?, ?>>(P pipeline, Runnable closingEngine) {
        void close() {
            pipeline.close();
            closingEngine.run();
        }
    }

    <P extends Pipeline<?, ?, ?>> Opened<P> open(PipelineTask<P> task, ModelFiles files) {
        if (builder == null) {
            return new Opened<>(task.open(files), () -> {});
        }
        Engine engine = builder.build();
        try {
            return new Opened<>(task.open(files, engine), engine::close);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }
}

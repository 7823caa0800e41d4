package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tensor.Precision;

/**
 * What a builder's pipeline runs on: one engine for all unless somebody gives another, or asks for threads or a precision. An engine
 * that is made for that is closed with the pipeline.
 */
final class EngineChoice {

    private Engine given; // null: nobody has given one
    private Engine.Builder builder; // null: nobody has asked for anything

    void engine(Engine engine) {
        given = Arguments.require(engine, "engine");
    }

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

    /** @throws IllegalArgumentException if an engine was given, and threads or a precision as well */
    <P extends Pipeline<?, ?, ?>> Opened<P> open(PipelineTask<P> task, ModelFiles files) {
        if (given != null && builder != null) {
            throw new IllegalArgumentException("engine: the one that is given, " + given
                    + ", has its threads and its precision; leave threads() and weightPrecision() out, or engine()");
        }
        if (builder == null) {
            return new Opened<>(task.open(files, given == null ? Engine.shared() : given), () -> {});
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

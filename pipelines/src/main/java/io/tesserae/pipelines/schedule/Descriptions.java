package io.tesserae.pipelines.schedule;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.pipelines.task.PipelineTask;

/** What a pipeline says of itself. */
public final class Descriptions {

    private Descriptions() {}

    /** Task, model and threads, in a line. */
    public static String of(PipelineTask<?> task, PretrainedConfig config, Engine engine) {
        return task.name() + " with " + config.modelType() + " (" + config + "), " + engine;
    }
}

package io.tesserae.springboot;

import io.tesserae.pipelines.task.PipelineListener;

/** Makes the listeners that the beans' pipelines get. An application's own bean of this type takes the place of Micrometer's. */
@FunctionalInterface
public interface PipelineListeners {

    /**
     * The listener of one bean.
     *
     * @param task the usual name of its task, as {@code text-classification}
     * @param bean its name
     */
    PipelineListener of(String task, String bean);
}

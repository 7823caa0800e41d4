package io.tesserae.springboot;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tesserae.pipelines.task.PipelineListener;

/**
 * A timer {@code tesserae.pipeline}, with the tags task, model and outcome ({@code success} or {@code error}), and a summary {@code
 * tesserae.pipeline.inputs} of how many inputs a call had.
 */
final class PipelineMeters implements PipelineListener {

    private static final String TIMER = "tesserae.pipeline";

    private final Timer successes;
    private final Timer errors;
    private final DistributionSummary inputs;

    /**
     * The meters of one bean.
     *
     * @param registry which keeps them
     * @param task the name of the task
     * @param model the name of the bean
     */
    PipelineMeters(MeterRegistry registry, String task, String model) {
        Tags tags = Tags.of("task", task, "model", model);
        this.successes = timer(registry, tags.and("outcome", "success"));
        this.errors = timer(registry, tags.and("outcome", "error"));
        this.inputs = DistributionSummary.builder(TIMER + ".inputs")
                .description("Inputs of a call")
                .tags(tags)
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, Tags tags) {
        return Timer.builder(TIMER)
                .description("Calls of a pipeline")
                .tags(tags)
                .register(registry);
    }

    @Override
    public void ended(Call call) {
        (call.failure().isPresent() ? errors : successes).record(call.duration());
        inputs.record(call.inputs());
    }
}

package io.tesserae.server.task;

import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Optional;

/**
 * A task in JSON.
 *
 * @param <P> its pipelines
 * @param <I> their inputs
 * @param <O> their options
 * @param <A> their answers
 */
public interface TaskJson<P extends Pipeline<I, O, A>, I, O, A> {

    /** The task. */
    PipelineTask<P> task();

    /**
     * What a request asks for.
     *
     * @param parameters the names that transformers' pipelines have
     * @throws io.tesserae.server.failure.RequestException if one of them is unknown, or not what it should be
     * @throws IllegalArgumentException if one is out of its range; the message says so
     */
    TaskRequest<I, O, A> read(Members parameters);

    /** How many tokens the model reads for an input, roughly: what it costs. */
    int tokens(P pipeline, I input, O options);

    /** The pipeline's tokenizer; empty where it takes no texts. */
    Optional<Tokenizer> tokenizer(P pipeline);

    /** An input to try the model with. */
    I sample(P pipeline);

    /** What is asked for it. */
    default O sampleOptions(P pipeline) {
        return pipeline.defaultOptions();
    }
}

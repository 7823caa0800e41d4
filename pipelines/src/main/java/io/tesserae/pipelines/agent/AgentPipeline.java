package io.tesserae.pipelines.agent;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForActing;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.episode.EpisodeProcessor;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.episode.Generalist;

/**
 * A model that acts, with what comes before and after it: observations in, actions out. Other pipelines answer each question by itself; here
 * an answer depends on the episode so far, which an {@link Agent} remembers.
 *
 * <pre>{@code
 * try (AgentPipeline pipeline = Pipelines.agent(Path.of("jat"));
 *         Agent agent = pipeline.newAgent()) {
 *     Action action = agent.act(observation, 0, space);
 * }
 * }</pre>
 *
 * <p>Thread-safe: load it once, and make an agent, or a group of agents, for each thread.
 */
public final class AgentPipeline implements AutoCloseable {

    private final AutoModelForActing model;
    private final ObservationReader reader;
    private volatile boolean closed; // most weights are in memory: agents could act after that, and must not

    private AgentPipeline(AutoModelForActing model, EpisodeProcessor processor) {
        this.model = model;
        this.reader =
                new ObservationReader(processor, model.generalist().shape().discreteWidth());
    }

    /**
     * A pipeline of a checkpoint.
     *
     * @param checkpoint whose files are read once, for all parts of the pipeline; the caller closes it
     * @param engine what its model runs on: threads, precision
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AgentPipeline load(Checkpoint checkpoint, Engine engine) {
        Arguments.require(engine, "engine");
        EpisodeProcessor processor = EpisodeProcessor.fromPretrained(checkpoint, engine);
        return new AgentPipeline(AutoModelForActing.fromPretrained(checkpoint, engine), processor);
    }

    /** An agent whose first episode begins, with the default choices. */
    public Agent newAgent() {
        return newAgent(AgentOptions.DEFAULT);
    }

    /** An agent whose first episode begins. */
    public Agent newAgent(AgentOptions options) {
        return new Agent(newAgents(1, options));
    }

    /**
     * Agents whose first episodes begin.
     *
     * @param agents how many; 1 or more
     * @throws IllegalArgumentException if there are none, or more than a million
     */
    public AgentGroup newAgents(int agents, AgentOptions options) {
        requireOpen();
        Arguments.require(options, "options");
        return new AgentGroup(
                this::requireOpen, reader, generalist().newActors(agents, options.contextWindow()), options);
    }

    private Generalist generalist() {
        return model.generalist();
    }

    /** Prepares what agents see. */
    ObservationReader reader() {
        return reader;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "the pipeline is closed; load it again, or close it when the last agent has acted");
        }
    }

    /** The model. */
    public AutoModelForActing model() {
        return model;
    }

    /** What it is, in a line: model and threads. */
    public String description() {
        return "agent with " + model.config().modelType() + " (" + model.config() + "), " + model.engine();
    }

    /** The {@link #description}. */
    @Override
    public String toString() {
        return description();
    }

    /** Lets go of the checkpoint's files; agents act no more. */
    @Override
    public void close() {
        closed = true;
        model.close();
    }
}

/**
 * Models that act: observations in, actions out, step after step.
 *
 * <pre>{@code
 * Agent agent = Pipelines.agent(Path.of("jat")).newAgent();
 * agent.reset(); // where an episode begins
 * Action action = agent.act(Observation.of(0.1f, -0.4f, 1.2f), 0, new ActionSpace.Box(2, -1, 1)); // and so on, with its reward
 * }</pre>
 */
package io.tesserae.pipelines.agent;

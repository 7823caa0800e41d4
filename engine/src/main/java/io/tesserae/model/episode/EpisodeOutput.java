package io.tesserae.model.episode;

import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * What a model makes of whole episodes, ragged. A step is two tokens: its observation, then its action.
 *
 * @param sequenceStarts {@code [episodes + 1]}, where each episode's tokens begin, and where the last's end; steps begin at half of that
 * @param inputsEmbeds {@code [tokens, hidden]}, before positions are added
 * @param predActions {@code [steps, numbers]}, or {@code [steps, vocabulary]} as logits: at each observation, what is done next
 * @param predObservations {@code [steps, numbers]} or {@code [steps, channels, height, width]}: at each action, what is observed next; empty
 *     where the model predicts none
 * @param hiddenStates {@code [tokens, hidden]} after the positions and after every layer, the last after the last norm; empty unless asked for
 * @param attentions per layer, per episode, {@code [heads, length, length]}; empty unless asked for
 * @param losses what the predictions are worth
 */
public record EpisodeOutput(
        int[] sequenceStarts,
        Tensor inputsEmbeds,
        Tensor predActions,
        Optional<Tensor> predObservations,
        List<Tensor> hiddenStates,
        List<List<Tensor>> attentions,
        EpisodeLosses losses) {}

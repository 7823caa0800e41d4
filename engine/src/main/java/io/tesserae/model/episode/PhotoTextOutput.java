package io.tesserae.model.episode;

import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * What a model makes of texts with photos before them, ragged: first a photo's tokens, then its text's.
 *
 * @param sequenceStarts {@code [texts + 1]}, where each text's tokens begin, its photo's before them, and where the last's end
 * @param photoTokens {@code [texts]}, how many of them are the photo's
 * @param inputsEmbeds {@code [tokens, hidden]}, before positions are added
 * @param logits {@code [tokens, vocabulary]}, at every token what comes next
 * @param hiddenStates as in {@link EpisodeOutput}
 * @param attentions as in {@link EpisodeOutput}
 * @param loss the mean cross-entropy of the second to the last token of every text; NaN where no text has two; empty where there are no
 *     texts
 */
public record PhotoTextOutput(
        int[] sequenceStarts,
        int[] photoTokens,
        Tensor inputsEmbeds,
        Tensor logits,
        List<Tensor> hiddenStates,
        List<List<Tensor>> attentions,
        Optional<Float> loss) {}

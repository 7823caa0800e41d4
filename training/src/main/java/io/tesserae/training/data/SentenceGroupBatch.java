package io.tesserae.training.data;

import io.tesserae.model.TokenBatch;
import java.util.List;
import java.util.Optional;

/**
 * Texts for contrastive training.
 *
 * @param anchors a sequence for each group
 * @param positives likewise
 * @param negatives likewise, where the data have some
 */
public record SentenceGroupBatch(TokenBatch anchors, TokenBatch positives, Optional<TokenBatch> negatives) {

    /**
     * Groups as a batch, in their order.
     *
     * @throws IllegalArgumentException if some have a negative and others have none
     */
    public static SentenceGroupBatch of(List<SentenceGroup> groups) {
        List<EncodedText> negatives =
                groups.stream().flatMap(group -> group.negative().stream()).toList();
        if (!negatives.isEmpty() && negatives.size() != groups.size()) {
            throw new IllegalArgumentException("groups: expected a negative in each or in none, found "
                    + negatives.size() + " in " + groups.size());
        }
        return new SentenceGroupBatch(
                EncodedText.batch(groups.stream().map(SentenceGroup::anchor).toList()),
                EncodedText.batch(groups.stream().map(SentenceGroup::positive).toList()),
                negatives.isEmpty() ? Optional.empty() : Optional.of(EncodedText.batch(negatives)));
    }
}

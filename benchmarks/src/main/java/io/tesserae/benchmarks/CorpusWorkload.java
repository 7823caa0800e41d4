package io.tesserae.benchmarks;

import java.util.List;

/**
 * Many texts, all to be classified. Tesserae is given the texts themselves and batches them as it does for everybody; the
 * others are given padded batches of their tokens.
 *
 * @param texts the texts
 * @param inputIds their tokens, special tokens included: {@code [texts][length]}
 * @param paddedBatch how many texts make a batch where batches are padded
 * @param sorted whether whoever pads is given the texts by length, which wastes least
 */
public record CorpusWorkload(List<String> texts, List<int[]> inputIds, int paddedBatch, boolean sorted)
        implements PaddedWorkload {

    public CorpusWorkload {
        texts = List.copyOf(texts);
        inputIds = List.copyOf(inputIds);
        if (texts.isEmpty() || texts.size() != inputIds.size() || paddedBatch < 1) {
            throw new IllegalArgumentException(
                    "a corpus needs at least one text, tokens of each, and batches of at least"
                            + " one; found " + texts.size() + " texts, tokens of " + inputIds.size()
                            + ", and batches of "
                            + paddedBatch);
        }
    }

    @Override
    public String title() {
        return texts.size() + " texts, padded by " + paddedBatch + (sorted ? ", sorted by length" : " in their order");
    }

    @Override
    public String toString() {
        return written();
    }
}

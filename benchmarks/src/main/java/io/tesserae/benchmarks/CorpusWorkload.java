package io.tesserae.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Many texts of mixed lengths, all to be classified. An engine that wants rectangular batches takes so many texts at a time
 * and pads them to the longest; Tesserae is given the texts themselves and batches them as it does for everybody.
 *
 * @param texts the texts
 * @param inputIds their tokens, special tokens included: {@code [texts][length]}
 * @param paddedBatch how many texts make a batch where batches are padded
 * @param sorted whether whoever pads is given the texts by length, which wastes least
 */
public record CorpusWorkload(List<String> texts, List<int[]> inputIds, int paddedBatch, boolean sorted)
        implements Workload {

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
    public int batch() {
        return texts.size();
    }

    @Override
    public Unit unit() {
        return Unit.TOKENS;
    }

    /** The number of tokens, padding not counted. */
    @Override
    public int units() {
        return inputIds.stream().mapToInt(ids -> ids.length).sum();
    }

    /** A pass is dozens of batches: whatever there is to warm up, the comparison of the logits has warmed up. */
    @Override
    public int warmUpRuns() {
        return 0;
    }

    @Override
    public String title() {
        return texts.size() + " texts, padded by " + paddedBatch + (sorted ? ", sorted by length" : " in their order");
    }

    /** Which texts make each padded batch, by their indices. */
    List<int[]> batches() {
        int[] order = IntStream.range(0, texts.size())
                .boxed()
                .sorted(sorted ? Comparator.comparing(text -> inputIds.get(text).length) : Comparator.naturalOrder())
                .mapToInt(Integer::intValue)
                .toArray();
        List<int[]> batches = new ArrayList<>();
        for (int first = 0; first < order.length; first += paddedBatch) {
            batches.add(Arrays.copyOfRange(order, first, Math.min(first + paddedBatch, order.length)));
        }
        return batches;
    }

    /** The ids of a padded batch, {@code [batch, longest]}, 0 where the mask is 0. */
    long[][] paddedIds(int[] batch) {
        int longest = Arrays.stream(batch)
                .map(text -> inputIds.get(text).length)
                .max()
                .orElseThrow();
        return Arrays.stream(batch)
                .mapToObj(text -> Arrays.copyOf(
                        Arrays.stream(inputIds.get(text)).asLongStream().toArray(), longest))
                .toArray(long[][]::new);
    }

    /** 1 for a token, 0 for padding, {@code [batch, longest]}. */
    long[][] attentionMask(int[] batch) {
        long[][] mask = paddedIds(batch);
        for (int row = 0; row < batch.length; row++) {
            Arrays.fill(mask[row], 0);
            Arrays.fill(mask[row], 0, inputIds.get(batch[row]).length, 1);
        }
        return mask;
    }

    /** Rows that come batch after batch, in the order of the texts. */
    float[][] inOrder(List<float[]> rows) {
        float[][] ordered = new float[texts.size()][];
        int row = 0;
        for (int[] batch : batches()) {
            for (int text : batch) {
                ordered[text] = rows.get(row++);
            }
        }
        return ordered;
    }

    /** The padded batches, for another process: {@code corpus:}, batches between {@code |}, texts between {@code ;}. */
    @Override
    public String toString() {
        return batches().stream()
                .map(batch -> Arrays.stream(batch)
                        .mapToObj(text -> Arrays.stream(inputIds.get(text))
                                .mapToObj(String::valueOf)
                                .collect(Collectors.joining(",")))
                        .collect(Collectors.joining(";")))
                .collect(Collectors.joining("|", "corpus:", ""));
    }
}

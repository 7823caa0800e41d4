package io.tesserae.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Many texts of mixed lengths. An engine that wants rectangular batches takes so many texts at a time and pads them to the
 * longest; Tesserae pads nothing, and takes them as they come.
 */
public sealed interface PaddedWorkload extends Workload permits CorpusWorkload, MixedWorkload {

    /** The texts' tokens, special tokens included: {@code [texts][length]}. */
    List<int[]> inputIds();

    /** How many texts make a batch where batches are padded. */
    int paddedBatch();

    /** Whether whoever pads is given the texts by length, which wastes least. */
    boolean sorted();

    @Override
    default int batch() {
        return inputIds().size();
    }

    @Override
    default Unit unit() {
        return Unit.TOKENS;
    }

    /** The number of tokens, padding not counted. */
    @Override
    default int units() {
        return inputIds().stream().mapToInt(ids -> ids.length).sum();
    }

    /** A pass is several batches: whatever there is to warm up, the comparison of the logits has warmed up. */
    @Override
    default int warmUpRuns() {
        return 0;
    }

    /** Which texts make each padded batch, by their indices. */
    default List<int[]> batches() {
        int[] order = IntStream.range(0, batch())
                .boxed()
                .sorted(
                        sorted()
                                ? Comparator.comparing(text -> inputIds().get(text).length)
                                : Comparator.naturalOrder())
                .mapToInt(Integer::intValue)
                .toArray();
        List<int[]> batches = new ArrayList<>();
        for (int first = 0; first < order.length; first += paddedBatch()) {
            batches.add(Arrays.copyOfRange(order, first, Math.min(first + paddedBatch(), order.length)));
        }
        return batches;
    }

    /** The ids of a padded batch, {@code [batch, longest]}, 0 where the mask is 0. */
    default long[][] paddedIds(int[] batch) {
        int longest = Arrays.stream(batch)
                .map(text -> inputIds().get(text).length)
                .max()
                .orElseThrow();
        return Arrays.stream(batch)
                .mapToObj(text -> Arrays.copyOf(
                        Arrays.stream(inputIds().get(text)).asLongStream().toArray(), longest))
                .toArray(long[][]::new);
    }

    /** 1 for a token, 0 for padding, {@code [batch, longest]}. */
    default long[][] attentionMask(int[] batch) {
        long[][] mask = paddedIds(batch);
        for (int row = 0; row < batch.length; row++) {
            Arrays.fill(mask[row], 0);
            Arrays.fill(mask[row], 0, inputIds().get(batch[row]).length, 1);
        }
        return mask;
    }

    /** How many tokens the padded batches make of the texts. */
    default int paddedUnits() {
        return batches().stream()
                .map(this::paddedIds)
                .mapToInt(ids -> ids.length * ids[0].length)
                .sum();
    }

    /** Rows that come batch after batch, in the order of the texts. */
    default float[][] inOrder(List<float[]> rows) {
        float[][] ordered = new float[batch()][];
        int row = 0;
        for (int[] batch : batches()) {
            for (int text : batch) {
                ordered[text] = rows.get(row++);
            }
        }
        return ordered;
    }

    /** The padded batches, for another process: {@code corpus:}, batches between {@code |}, texts between {@code ;}. */
    default String written() {
        return batches().stream()
                .map(batch -> Arrays.stream(batch)
                        .mapToObj(text -> Arrays.stream(inputIds().get(text))
                                .mapToObj(String::valueOf)
                                .collect(Collectors.joining(",")))
                        .collect(Collectors.joining(";")))
                .collect(Collectors.joining("|", "corpus:", ""));
    }
}

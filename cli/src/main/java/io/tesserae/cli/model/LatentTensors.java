package io.tesserae.cli.model;

import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a model keeps that reads with latents, in arrays as transformers has them: every sequence has as many latents. */
final class LatentTensors {

    private LatentTensors() {}

    /** Puts layers under their names. Maps of inputs have one length, or were put at their places before. */
    static void add(
            Map<String, Tensor> outputs,
            int sequences,
            List<Tensor> hiddenStates,
            List<List<Tensor>> attentions,
            List<List<Tensor>> crossAttentions) {
        for (int layer = 0; layer < hiddenStates.size(); layer++) {
            outputs.put("hidden_states." + layer, bySequence(hiddenStates.get(layer), sequences));
        }
        for (int layer = 0; layer < attentions.size(); layer++) {
            outputs.put("attentions." + layer, stacked(attentions.get(layer)));
        }
        for (int layer = 0; layer < crossAttentions.size(); layer++) {
            outputs.put("cross_attentions." + layer, stacked(crossAttentions.get(layer)));
        }
    }

    /**
     * Maps whose rows are back where they were in a padded batch; padded positions are zero.
     *
     * @param crossAttentions by layer and sequence: first of the layer that reads, {@code [heads, latents, rows]}
     * @param starts where each sequence's rows begin, and where the last's end
     * @param positions of all rows, each in its sequence
     * @return the same of all layers, the first {@code [heads, latents, paddedLength]}
     */
    static List<List<Tensor>> padded(
            List<List<Tensor>> crossAttentions, int[] starts, int[] positions, int paddedLength) {
        if (crossAttentions.isEmpty()) {
            return crossAttentions;
        }
        List<List<Tensor>> padded = new ArrayList<>(crossAttentions);
        List<Tensor> reading = new ArrayList<>();
        for (int s = 0; s < starts.length - 1; s++) {
            Tensor map = crossAttentions.getFirst().get(s);
            Tensor wide = Tensor.zeros(map.dimension(0), map.dimension(1), paddedLength);
            int queries = map.dimension(0) * map.dimension(1);
            int length = starts[s + 1] - starts[s];
            for (int row = 0; row < length; row++) {
                int position = positions[starts[s] + row];
                for (int query = 0; query < queries; query++) {
                    wide.data()[query * paddedLength + position] = map.data()[query * length + row];
                }
            }
            reading.add(wide);
        }
        padded.set(0, reading);
        return padded;
    }

    /** From {@code [sequences · rows, width]} to {@code [sequences, rows, width]}. */
    static Tensor bySequence(Tensor rows, int sequences) {
        return rows.reshape(sequences, rows.dimension(0) / sequences, rows.dimension(1));
    }

    /** From maps {@code [heads, queries, keys]} of one shape to {@code [sequences, heads, queries, keys]}. */
    static Tensor stacked(List<Tensor> maps) {
        int[] shape = maps.getFirst().shape();
        Tensor stacked = Tensor.zeros(maps.size(), shape[0], shape[1], shape[2]);
        for (int sequence = 0; sequence < maps.size(); sequence++) {
            Tensor map = maps.get(sequence);
            System.arraycopy(map.data(), 0, stacked.data(), sequence * map.size(), map.size());
        }
        return stacked;
    }
}

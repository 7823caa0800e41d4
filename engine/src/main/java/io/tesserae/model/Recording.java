package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a call was asked to return beyond its result, as the residual stream passes by. */
final class Recording {

    private final OutputOptions options;
    private final int[] sequenceStarts; // [sequences + 1]
    private final int heads;
    private final List<Tensor> hiddenStates = new ArrayList<>();
    private final List<List<Tensor>> attentions = new ArrayList<>();

    Recording(OutputOptions options, int[] sequenceStarts, int heads) {
        this.options = Arguments.require(options, "options");
        this.sequenceStarts = sequenceStarts;
        this.heads = heads;
    }

    /** Whether the call returns its result and nothing else. */
    boolean isOff() {
        return !options.hiddenStates() && !options.attentions();
    }

    /** Copies the residual stream, {@code [tokens, hidden]}, if hidden states are wanted. */
    void hiddenStates(Tensor x) {
        if (options.hiddenStates()) {
            hiddenStates.add(x.copy());
        }
    }

    /** Room for one layer's attention maps, per sequence {@code [heads, length, length]}, if they are wanted. */
    AttentionMaps attentions() {
        if (!options.attentions()) {
            return AttentionMaps.NONE;
        }
        List<Tensor> tensors = new ArrayList<>();
        for (int s = 0; s < sequenceStarts.length - 1; s++) {
            int length = sequenceStarts[s + 1] - sequenceStarts[s];
            tensors.add(Tensor.zeros(heads, length, length));
        }
        attentions.add(List.copyOf(tensors));
        return new AttentionMaps(tensors.stream().map(Tensor::data).toArray(float[][]::new));
    }

    List<Tensor> allHiddenStates() {
        return List.copyOf(hiddenStates);
    }

    List<List<Tensor>> allAttentions() {
        return List.copyOf(attentions);
    }
}

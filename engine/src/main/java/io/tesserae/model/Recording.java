package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps what a call was asked to return beyond its result, as the residual stream passes by. */
final class Recording {

    private final OutputOptions options;
    private final TokenBatch batch;
    private final int heads;
    private final List<Tensor> hiddenStates = new ArrayList<>();
    private final List<List<Tensor>> attentions = new ArrayList<>();

    Recording(OutputOptions options, TokenBatch batch, int heads) {
        this.options = options;
        this.batch = batch;
        this.heads = heads;
    }

    /** Copies the residual stream, {@code [tokens, hidden]}, if hidden states are wanted. */
    void hiddenStates(Tensor x) {
        if (options.hiddenStates()) {
            hiddenStates.add(x.copy());
        }
    }

    /** Room for one layer's attention maps, per sequence {@code [heads, length, length]}; {@code null} if none are wanted. */
    float[][] attentions() {
        if (!options.attentions()) {
            return null;
        }
        float[][] maps = new float[batch.sequences()][];
        Arrays.setAll(maps, s -> new float[Tensor.elementCount(heads, batch.length(s), batch.length(s))]);
        List<Tensor> tensors = new ArrayList<>();
        for (int s = 0; s < maps.length; s++) {
            tensors.add(Tensor.of(maps[s], heads, batch.length(s), batch.length(s)));
        }
        attentions.add(List.copyOf(tensors));
        return maps;
    }

    List<Tensor> allHiddenStates() {
        return List.copyOf(hiddenStates);
    }

    List<List<Tensor>> allAttentions() {
        return List.copyOf(attentions);
    }
}

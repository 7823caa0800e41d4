package io.tesserae.layer.decoder;

import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.AttentionPattern;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;

/**
 * Self-attention of tokens that continue sequences: queries, keys and values are computed of the new tokens alone, and those keys and
 * values join the ones of the tokens before, which a {@link KvCache} keeps. Since a query skips the keys that it does not see, and
 * sums over the others in their order, the bits are those of attention over the whole sequence at once.
 *
 * @param attention the layer
 */
record CachedAttention(Attention attention) {

    /**
     * {@code out = epilogue(output(attention(hiddenStates, those before)))}.
     *
     * @param hiddenStates {@code [new tokens, width]}
     * @param wanted the rows that are computed; of the others, keys and values only
     * @param epilogue how the result joins the residual stream, of which it sees the wanted rows
     * @param out {@code [wanted rows, width]}; not the residual stream that is joined
     */
    void forward(
            Workspace workspace,
            Ragged hiddenStates,
            KvCache.Layer cache,
            Rows wanted,
            AttentionOptions options,
            Epilogue epilogue,
            Tensor out) {
        int[] starts = hiddenStates.starts();
        boolean all = wanted.equals(Rows.ALL);
        Rows.Chosen chosen = wanted.in(starts);
        int[] places = all ? AttentionPattern.LAST : chosen.places(cache.cache().firstRows(starts));
        AttentionPattern pattern = cache.cache().pattern(starts, chosen.starts(), places, options);
        try (Frame frame = workspace.frame()) {
            Tensor rows = all ? hiddenStates.rows() : chosen.gather(frame, hiddenStates.rows());
            int width = attention.shape().contextWidth();
            Tensor context = frame.tensor(rows.dimension(0), width);
            MatrixView into = new MatrixView(context.data(), 0, width);
            AttentionOperands computed = attention.projections().project(frame, rows, hiddenStates.rows(), into);
            options.rotation().turn(workspace, computed, wanted, starts);
            AttentionOperands operands = cache.append(computed, starts);
            ParallelKernels.attend(workspace, operands, pattern, all ? options.maps() : AttentionMaps.NONE);
            attention.output().forward(workspace, context, epilogue, out);
        }
    }
}

package io.tesserae.family.common;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.PatchEmbedding;
import io.tesserae.layer.PositionEmbeddings;
import io.tesserae.layer.Resampling;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What every vision transformer begins with: x = [tokens of its own; embedded patches] + positions. Dosovitskiy et al.,
 * arXiv 2010.11929, equation 1.
 *
 * @param grid the pictures that the positions were trained for
 * @param channels of a picture
 * @param patchEmbeddings from pixels to tokens
 * @param prefix the tokens before the patches', their positions already added: {@code [prefixTokens, hidden]}
 * @param positionEmbeddings of the patches
 */
public record ImageEmbeddings(
        ImageGrid grid,
        int channels,
        PatchEmbedding patchEmbeddings,
        Tensor prefix,
        PositionEmbeddings positionEmbeddings) {

    /**
     * How a family calls the tensors.
     *
     * @param tokens that have a position, in their order, each {@code [1, 1, hidden]}
     * @param positions {@code [1, tokens + patches, hidden]}
     * @param patches the convolution
     */
    public record Names(List<String> tokens, String positions, String patches) {

        /** ViT's names, which most families took over, with other tokens before the patches'. */
        public Names(List<String> tokens) {
            this(tokens, "position_embeddings", "patch_embeddings.projection");
        }
    }

    /**
     * Loads the parts from below {@code embeddings}.
     *
     * @param registers tokens without a position that come after them, {@code [registers, hidden]}; none in most families
     */
    public static ImageEmbeddings load(
            Engine engine,
            StateDict weights,
            ImageGrid grid,
            int channels,
            Names names,
            Tensor registers,
            Resampling resampling) {
        int hidden = registers.dimension(1);
        List<String> tokens = names.tokens();
        PositionEmbeddings positions = PositionEmbeddings.load(
                weights, names.positions(), tokens.size(), grid.gridHeight(), grid.gridWidth(), hidden, resampling);
        Tensor prefix = Tensor.zeros(tokens.size() + registers.dimension(0), hidden); // [prefixTokens, hidden]
        for (int i = 0; i < tokens.size(); i++) {
            Tensor token = weights.read(tokens.get(i), 1, 1, hidden);
            System.arraycopy(token.data(), 0, prefix.data(), i * hidden, hidden);
        }
        engine.machine()
                .kernels()
                .addScaled(1f, positions.prefix().data(), 0, prefix.data(), 0, tokens.size() * hidden);
        System.arraycopy(registers.data(), 0, prefix.data(), tokens.size() * hidden, registers.size());
        PatchEmbedding patchEmbeddings = PatchEmbedding.load(
                engine, weights.at(names.patches()), hidden, channels, grid.patchHeight(), grid.patchWidth());
        return new ImageEmbeddings(grid, channels, patchEmbeddings, prefix, positions);
    }

    /**
     * Puts the parts together of a family whose positions are a {@code torch.nn.Embedding}, {@code position_embedding.weight [tokens +
     * patches, hidden]}.
     *
     * @param patches from pixels to tokens
     * @param weights below {@code embeddings}
     * @param tokens names of those before the patches', each {@code [hidden]}; a position comes first for each
     */
    public static ImageEmbeddings ofTable(
            PatchEmbedding patches, StateDict weights, ImageGrid grid, int channels, int hidden, List<String> tokens) {
        PositionEmbeddings positions = PositionEmbeddings.loadTable(
                weights.at("position_embedding"),
                tokens.size(),
                grid.gridHeight(),
                grid.gridWidth(),
                hidden,
                Resampling.BICUBIC);
        Tensor prefix = positions.prefix().copy(); // [prefixTokens, hidden]
        for (int i = 0; i < tokens.size(); i++) {
            float[] token = weights.read(tokens.get(i), hidden).data();
            for (int channel = 0; channel < hidden; channel++) {
                prefix.data()[i * hidden + channel] += token[channel];
            }
        }
        return new ImageEmbeddings(grid, channels, patches, prefix, positions);
    }

    /** How many tokens come before the patches'. */
    public int prefixTokens() {
        return prefix.dimension(0);
    }

    /**
     * Where each picture's tokens begin, and where the last's end.
     *
     * @throws IllegalArgumentException if a picture is none that the model takes: see {@link io.tesserae.model.ImageEncoder#forward}
     */
    public int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions) {
        return new PictureSizes(grid, channels, prefixTokens(), positionEmbeddings.canInterpolate())
                .sequenceStarts(batch, interpolatePositions);
    }

    private int gridHeight(Tensor picture) {
        return patchEmbeddings.gridHeight(picture.dimension(1));
    }

    private int gridWidth(Tensor picture) {
        return patchEmbeddings.gridWidth(picture.dimension(2));
    }

    /** The residual stream's beginning, {@code [tokens, hidden]}, in the frame's memory. */
    public Tensor forward(Frame frame, ImageBatch batch, int[] sequenceStarts) {
        Workspace workspace = frame.workspace();
        Tensor x = frame.tensor(sequenceStarts[batch.images()], prefix.dimension(1)); // [tokens, hidden]
        int[] firstPatches = Arrays.stream(sequenceStarts)
                .limit(batch.images())
                .map(start -> start + prefixTokens())
                .toArray();
        List<Tensor> pictures =
                IntStream.range(0, batch.images()).mapToObj(batch::pixelValues).toList();
        patchEmbeddings.forward(workspace, pictures, firstPatches, x);
        for (int from = 0, to; from < batch.images(); from = to) {
            to = from + 1;
            while (to < batch.images() && sameGrid(batch.pixelValues(from), batch.pixelValues(to))) {
                to++;
            }
            addPositions(workspace, batch, sequenceStarts, from, to, x);
        }
        return x;
    }

    /** Puts the prefix before the patches of neighbouring pictures that have one grid, and adds positions to them. */
    private void addPositions(Workspace workspace, ImageBatch batch, int[] sequenceStarts, int from, int to, Tensor x) {
        int hidden = prefix.dimension(1);
        Tensor picture = batch.pixelValues(from);
        try (Frame frame = workspace.frame()) {
            Tensor positions =
                    positionEmbeddings.forGrid(frame, gridHeight(picture), gridWidth(picture)); // [patches, hidden]
            for (int i = from; i < to; i++) {
                int start = sequenceStarts[i] * hidden;
                System.arraycopy(prefix.data(), 0, x.data(), start, prefix.size());
                int patches = start + prefix.size();
                workspace.machine().kernels().addScaled(1f, positions.data(), 0, x.data(), patches, positions.size());
            }
        }
    }

    private boolean sameGrid(Tensor picture, Tensor other) {
        return gridHeight(picture) == gridHeight(other) && gridWidth(picture) == gridWidth(other);
    }
}

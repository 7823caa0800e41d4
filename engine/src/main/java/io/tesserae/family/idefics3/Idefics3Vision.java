package io.tesserae.family.idefics3;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.kernel.Sight;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.PatchEmbedding;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.block.PreNormBlock;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The vision tower, a SigLIP: Zhai et al., arXiv 2303.15343; transformers' {@code Idefics3VisionTransformer}. It is a vision transformer
 * in pre-norm order without a class token, which takes pictures of any size: see {@link PatchPositions}.
 *
 * <p>A patch without a real pixel is seen by no other; it sees what all see, and has a row of its own in the result.
 *
 * @param positions {@code [side · side, hidden]}
 * @param positionsAlong which of them the patches along a side have
 */
record Idefics3Vision(
        Idefics3VisionConfig config,
        PatchEmbedding patchEmbedding,
        Tensor positions,
        PatchPositions positionsAlong,
        TransformerStack layers,
        LayerNorm postLayerNorm) {

    /**
     * Loads the tower.
     *
     * @param weights below {@code vision_model}
     */
    static Idefics3Vision load(Engine engine, Idefics3VisionConfig config, StateDict weights) {
        int hidden = config.hiddenSize();
        int side = config.side();
        StateDict embeddings = weights.at("embeddings");
        Tensor positions = embeddings.at("position_embedding").read("weight", side * side, hidden);
        int patch = config.grid().patchHeight();
        PatchEmbedding patchEmbedding = PatchEmbedding.load(
                engine, embeddings.at("patch_embedding"), hidden, config.numChannels(), patch, patch);
        LayerNorm postLayerNorm = LayerNorm.load(weights.at("post_layernorm"), hidden, config.layerNormEps());
        List<PreNormBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            layers.add(block(engine, config, weights.at("encoder.layers", layer)));
        }
        return new Idefics3Vision(
                config,
                patchEmbedding,
                positions,
                PatchPositions.ofSide(side),
                new TransformerStack(layers),
                postLayerNorm);
    }

    private static PreNormBlock block(Engine engine, Idefics3VisionConfig config, StateDict weights) {
        int hidden = config.hiddenSize();
        return new PreNormBlock(
                LayerNorm.load(weights.at("layer_norm1"), hidden, config.layerNormEps()),
                Attention.load(
                        engine,
                        config.attention(),
                        hidden,
                        AttentionWeights.biased(
                                weights.at("self_attn.q_proj"),
                                weights.at("self_attn.k_proj"),
                                weights.at("self_attn.v_proj"),
                                weights.at("self_attn.out_proj"))),
                LayerNorm.load(weights.at("layer_norm2"), hidden, config.layerNormEps()),
                FeedForward.load(
                        engine,
                        weights.at("mlp.fc1"),
                        weights.at("mlp.fc2"),
                        hidden,
                        config.intermediateSize(),
                        config.hiddenAct()));
    }

    /**
     * Looks at tiles.
     *
     * @param frame receives the result
     * @param tiles each {@code [channels, height, width]}
     * @param grids {@code [tiles]}, the patches of each
     * @return {@code [patches of all, hidden]}, each tile's in the order of {@link TileGrid#place}
     */
    Tensor forward(Frame frame, List<Tensor> tiles, List<TileGrid> grids) {
        int[] starts = new int[grids.size() + 1];
        for (int tile = 0; tile < grids.size(); tile++) {
            starts[tile + 1] = Math.addExact(starts[tile], grids.get(tile).patches());
        }
        Tensor x = embed(frame, tiles, grids, starts);
        Tensor last =
                layers.forward(frame, x, starts, options(grids), Recording.none(starts), Rows.ALL); // [patches, hidden]
        postLayerNorm.forward(frame.workspace(), last);
        return last;
    }

    /** Of each tile, the patches with a real pixel are seen; they come first. */
    private static AttentionOptions options(List<TileGrid> grids) {
        if (grids.stream().noneMatch(TileGrid::isPadded)) {
            return AttentionOptions.NONE;
        }
        int[][] first = new int[grids.size()][];
        int[][] end = new int[grids.size()][];
        for (int tile = 0; tile < grids.size(); tile++) {
            first[tile] = new int[grids.get(tile).patches()];
            end[tile] = new int[first[tile].length];
            Arrays.fill(end[tile], grids.get(tile).realPatches());
        }
        return new AttentionOptions(new Sight.Ranges(first, end), ScoreBias.NONE, AttentionMaps.NONE);
    }

    /** {@code [patches of all, hidden]}: patches with their positions. */
    private Tensor embed(Frame frame, List<Tensor> tiles, List<TileGrid> grids, int[] starts) {
        Workspace workspace = frame.workspace();
        int patches = starts[grids.size()];
        int[] firstRows = Arrays.copyOf(starts, grids.size());
        Tensor x = frame.tensor(patches, config.hiddenSize());
        if (grids.stream().noneMatch(TileGrid::isPadded)) {
            patchEmbedding.forward(workspace, tiles, firstRows, x);
            addPositions(workspace, grids, starts, x, x);
            return x;
        }
        try (Frame inside = workspace.frame()) {
            Tensor read = inside.tensor(patches, config.hiddenSize()); // [patches of all, hidden], in reading order
            patchEmbedding.forward(workspace, tiles, firstRows, read);
            addPositions(workspace, grids, starts, read, x);
        }
        return x;
    }

    /**
     * Adds to each patch its position, and brings it to its place.
     *
     * @param read {@code [patches of all, hidden]}, in reading order
     * @param out likewise, in the order of places; {@code read} itself where nothing is padded
     */
    private void addPositions(Workspace workspace, List<TileGrid> grids, int[] starts, Tensor read, Tensor out) {
        for (int tile = 0; tile < grids.size(); tile++) {
            TileGrid grid = grids.get(tile);
            int start = starts[tile];
            int[] down = positionsAlong.of(grid.realRows());
            int[] across = positionsAlong.of(grid.realColumns());
            workspace.machine().workers().run(grid.rows(), (row, thread) -> {
                for (int column = 0; column < grid.columns(); column++) {
                    boolean real = row < grid.realRows() && column < grid.realColumns();
                    int position = real ? down[row] * config.side() + across[column] : 0;
                    int from = start + row * grid.columns() + column;
                    addPosition(workspace, position, read, from, out, start + grid.place(row, column));
                }
            });
        }
    }

    private void addPosition(Workspace workspace, int position, Tensor read, int from, Tensor out, int to) {
        int hidden = config.hiddenSize();
        if (read != out) {
            System.arraycopy(read.data(), from * hidden, out.data(), to * hidden, hidden);
        }
        workspace
                .machine()
                .kernels()
                .addScaled(1f, positions.data(), position * hidden, out.data(), to * hidden, hidden);
    }
}

package io.tesserae.training.family;

import io.tesserae.family.common.PictureSizes;
import io.tesserae.layer.Resampling;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageGrid;
import io.tesserae.training.layer.Dropout;
import io.tesserae.training.layer.LayerNorm;
import io.tesserae.training.layer.PreNormBlock;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.layer.SelfAttention;
import io.tesserae.training.layer.TransformerBlock;
import io.tesserae.training.layer.picture.GridPositions;
import io.tesserae.training.layer.picture.PatchEmbedding;
import io.tesserae.training.layer.picture.PictureTokens;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Initialization;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;
import java.util.Optional;

/**
 * A vision transformer, which all families have in common: Dosovitskiy et al., arXiv 2010.11929.
 *
 * @param embeddings tokens, and patches with positions
 * @param dropout of these
 * @param blocks in pre-norm order
 * @param norm of the last hidden states
 * @param sizes which pictures are taken
 * @param interpolates whether pictures of other sizes than the trained one are
 */
record PictureEncoder(
        PictureTokens embeddings,
        Dropout dropout,
        List<PreNormBlock> blocks,
        LayerNorm norm,
        PictureSizes sizes,
        boolean interpolates)
        implements Network.OfPictures {

    /**
     * How a family calls the tensors below {@code embeddings}.
     *
     * @param tokens that have a position, in their order
     * @param positions of tokens and patches
     * @param patches the convolution
     */
    record Names(List<String> tokens, String positions, String patches) {

        /** ViT's names, with other tokens before the patches'. */
        Names(List<String> tokens) {
            this(tokens, "position_embeddings", "patch_embeddings.projection");
        }
    }

    /**
     * What is below {@code embeddings}.
     *
     * @param registers how many tokens without a position there are
     */
    static PictureTokens embeddings(
            Parameters parameters,
            Names names,
            ImageGrid grid,
            int channels,
            int hidden,
            int registers,
            Resampling resampling) {
        List<Parameter> tokens = names.tokens().stream()
                .map(name -> parameters.require(name, Initialization.NORMAL, 1, 1, hidden))
                .toList();
        int rows = tokens.size() + grid.gridHeight() * grid.gridWidth();
        return new PictureTokens(
                PatchEmbedding.of(
                        parameters.at(names.patches()), hidden, channels, grid.patchHeight(), grid.patchWidth()),
                tokens,
                registers == 0
                        ? Optional.empty()
                        : Optional.of(
                                parameters.require("register_tokens", Initialization.ZEROS, 1, registers, hidden)),
                new GridPositions(
                        parameters.require(names.positions(), Initialization.NORMAL, 1, rows, hidden),
                        tokens.size(),
                        grid.gridHeight(),
                        grid.gridWidth(),
                        resampling));
    }

    /** Puts the parts together, for pictures of the trained size. */
    static PictureEncoder of(
            PictureTokens embeddings,
            Dropout dropout,
            List<PreNormBlock> blocks,
            LayerNorm norm,
            ImageGrid grid,
            int channels) {
        PictureSizes sizes = new PictureSizes(
                grid, channels, embeddings.prefix(), embeddings.positions().canResize());
        return new PictureEncoder(embeddings, dropout, blocks, norm, sizes, false);
    }

    @Override
    public PictureEncoder interpolatingPositions() {
        return new PictureEncoder(embeddings, dropout, blocks, norm, sizes, true);
    }

    @Override
    public int[] starts(ImageBatch batch) {
        return sizes.sequenceStarts(batch, interpolates);
    }

    @Override
    public int hiddenSize() {
        return norm.weight().value().size();
    }

    @Override
    public Variable hiddenStates(Tape tape, ImageBatch batch, Optional<Rows> wanted) {
        int[] starts = starts(batch);
        Variable x = dropout.forward(tape, embeddings.forward(tape, batch, starts)); // [rows, hidden]
        Variable last = TransformerBlock.stack(blocks, tape, x, starts, wanted, SelfAttention.Options.EVERYTHING);
        return norm.forward(tape, last); // [rows wanted, hidden]
    }
}

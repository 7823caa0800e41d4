package io.tesserae.family.common;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * The blocks of an encoder of texts that stands beside one of pictures: words and positions, which are not normalised, blocks in pre-norm
 * order, and a last layer norm. Radford et al., arXiv 2103.00020, section 2.4.
 *
 * @param words {@code [vocabulary, hidden]}
 * @param positions {@code [positions, hidden]}
 * @param norm of what the last block made
 */
public record TextTower(Embedding words, Tensor positions, TransformerStack layers, LayerNorm norm) {

    /**
     * Loads the tower.
     *
     * @param weights below {@code text_model}
     * @param vocabulary tokens that have an embedding
     * @param positions positions that have one
     */
    public static TextTower load(Engine engine, TowerShape shape, StateDict weights, int vocabulary, int positions) {
        StateDict embeddings = weights.at("embeddings");
        return new TextTower(
                Embedding.load(embeddings.at("token_embedding"), vocabulary, shape.hiddenSize()),
                embeddings.read("position_embedding.weight", positions, shape.hiddenSize()),
                shape.blocks(engine, weights.at("encoder")),
                shape.norm(weights.at("final_layer_norm")));
    }

    /**
     * The hidden states after the last layer norm, for the rows that are wanted. A recording has those before it.
     *
     * @param frame receives the result
     * @param batch of ids and positions that have an embedding
     * @param options which tokens see which
     * @return {@code [rows wanted, hidden]}, in the frame's memory
     */
    public Tensor forward(Frame frame, TokenBatch batch, AttentionOptions options, Recording recording, Rows wanted) {
        int hidden = positions.dimension(1);
        Tensor embedded = frame.tensor(batch.tokens(), hidden); // [tokens, hidden]
        for (int token = 0; token < batch.tokens(); token++) {
            words.lookUp(batch.inputIds()[token], embedded.data(), token * hidden);
            int position = batch.positionIds()[token] * hidden;
            frame.workspace()
                    .machine()
                    .kernels()
                    .addScaled(1f, positions.data(), position, embedded.data(), token * hidden, hidden);
        }
        Tensor x = layers.forward(frame, embedded, batch.sequenceStarts(), options, recording, wanted);
        norm.forward(frame.workspace(), x);
        return x;
    }
}

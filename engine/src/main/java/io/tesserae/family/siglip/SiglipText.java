package io.tesserae.family.siglip;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TextTower;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.model.Encoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/**
 * SigLIP's text tower: Zhai et al., arXiv 2303.15343; transformers' {@code SiglipTextModel}. Each token sees all others, and a linear
 * layer on the last one's row makes the pooled output. The models were trained on texts that are padded to one length, {@value
 * SiglipHeads#TEXT_LENGTH} tokens, and padding is read as words are: who asks the tower as it was trained pads texts, and masks nothing.
 */
final class SiglipText extends Encoder {

    private final SiglipTextConfig config;
    private final TextTower tower;
    private final Linear head;

    private SiglipText(Engine engine, TensorSource source, SiglipTextConfig config, TextTower tower, Linear head) {
        super(engine, source);
        this.config = config;
        this.tower = tower;
        this.head = head;
    }

    /**
     * Loads the tower.
     *
     * @param weights below {@code text_model}
     * @param source the checkpoint's tensors
     */
    static SiglipText load(Engine engine, SiglipTextConfig config, StateDict weights, TensorSource source) {
        Linear head = Linear.load(engine, weights.at("head"), config.projectionSize(), config.hiddenSize());
        TextTower tower =
                TextTower.load(engine, config.shape(), weights, config.vocabSize(), config.maxPositionEmbeddings());
        return new SiglipText(engine, source, config, tower, head);
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        requireKnown(batch);
        return tower.forward(frame, batch, AttentionOptions.NONE, recording, wanted);
    }

    @Override
    protected Optional<Rows> readByPooler(TokenBatch batch) {
        for (int s = 0; s < batch.sequences(); s++) {
            if (batch.length(s) == 0) {
                return Optional.empty();
            }
        }
        return Optional.of(Rows.LAST);
    }

    @Override
    protected Tensor pool(Frame frame, Tensor rows) {
        return head.forward(frame.workspace(), rows);
    }

    @Override
    public SiglipTextConfig config() {
        return config;
    }
}

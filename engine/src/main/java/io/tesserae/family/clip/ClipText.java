package io.tesserae.family.clip;

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
 * CLIP's text tower: Radford et al., arXiv 2103.00020, section 2.4; transformers' {@code CLIPTextModel} and {@code
 * CLIPTextModelWithProjection}. Each token sees those before it; so the row of the one that ends a text has read all of it, and is the
 * pooled output, projected where there is a projection.
 */
final class ClipText extends Encoder {

    private final ClipTextConfig config;
    private final TextTower tower;
    private final Optional<Linear> projection;

    private ClipText(
            Engine engine, TensorSource source, ClipTextConfig config, TextTower tower, Optional<Linear> projection) {
        super(engine, source);
        this.config = config;
        this.tower = tower;
        this.projection = projection;
    }

    /**
     * Loads the tower.
     *
     * @param weights below {@code text_model}
     * @param projection {@code [shared, hidden]}; empty where the row itself is the pooled output
     * @param source the checkpoint's tensors
     */
    static ClipText load(
            Engine engine, ClipTextConfig config, StateDict weights, Optional<Linear> projection, TensorSource source) {
        TextTower tower =
                TextTower.load(engine, config.shape(), weights, config.vocabSize(), config.maxPositionEmbeddings());
        return new ClipText(engine, source, config, tower, projection);
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        requireKnown(batch);
        return tower.forward(frame, batch, AttentionOptions.CAUSAL, recording, wanted);
    }

    @Override
    protected Optional<Rows> readByPooler(TokenBatch batch) {
        int[] rows = new int[batch.sequences()];
        for (int s = 0; s < rows.length; s++) {
            if (batch.length(s) == 0) {
                return Optional.empty();
            }
            rows[s] = endOfText(batch, s);
        }
        return Optional.of(Rows.of(rows));
    }

    /** The first token that ends texts; where there is none, the first of all, as the reference has it. */
    private int endOfText(TokenBatch batch, int sequence) {
        int[] ids = batch.inputIds();
        int end = batch.sequenceStarts()[sequence + 1];
        int found = batch.sequenceStarts()[sequence];
        for (int token = found; token < end; token++) {
            if (config.endOfText() == ClipTextConfig.OLD_END_OF_TEXT) {
                found = ids[token] > ids[found] ? token : found;
            } else if (ids[token] == config.endOfText()) {
                return token;
            }
        }
        return found;
    }

    @Override
    protected Tensor pool(Frame frame, Tensor rows) {
        return projection.isPresent() ? projection.get().forward(frame.workspace(), rows) : rows;
    }

    @Override
    public ClipTextConfig config() {
        return config;
    }
}

package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.List;
import java.util.Optional;

/**
 * DeiT, a ViT that also learned from a teacher: Touvron et al., arXiv 2012.12877; transformers' {@code DeiTModel}.
 *
 * <p>The network is ViT's with one more token: beside the class token stands a distillation token (section 4 of the paper),
 * with a position of its own, whose output was trained to say what the teacher says.
 */
public final class Deit implements ImageEncoder {

    private static final List<String> CLASS_AND_DISTILLATION_TOKEN = List.of("cls_token", "distillation_token");

    private final Vit transformer;

    private Deit(Vit transformer) {
        this.transformer = transformer;
    }

    /**
     * Loads the base model from a checkpoint of it, or of any model that has it below a head.
     *
     * @param source the checkpoint's tensors; closed when the model is loaded
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static Deit load(Engine engine, VitConfig config, TensorSource source) {
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        StateDict weights = StateDict.of(source, "deit.");
        StateDict base = weights.at("deit");
        Deit model = new Deit(Vit.loadBelow(
                engine, config, base, CLASS_AND_DISTILLATION_TOKEN, Vit.Pooler.loadIfPresent(engine, config, base)));
        weights.requireAllUsed(Vit::belongsToSomeHead);
        source.close();
        return model;
    }

    /** Loads the model that lies below a head, without the pooler that a checkpoint may have beside it. */
    static Deit loadBelowHead(Engine engine, VitConfig config, StateDict base) {
        return new Deit(Vit.loadBelow(engine, config, base, CLASS_AND_DISTILLATION_TOKEN, Optional.empty()));
    }

    @Override
    public ImageEncoderOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions) {
        return transformer.forward(batch, options, interpolatePositions);
    }

    /** As {@link Vit#sequenceStarts}. */
    int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions) {
        return transformer.sequenceStarts(batch, interpolatePositions);
    }

    /** As {@link Vit#encode}. */
    Tensor encode(Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording, Rows wanted) {
        return transformer.encode(frame, batch, sequenceStarts, recording, wanted);
    }

    Engine engine() {
        return transformer.engine();
    }

    /** The numbers that describe the model. */
    public VitConfig config() {
        return transformer.config();
    }

    @Override
    public ImageGrid grid() {
        return transformer.grid();
    }

    @Override
    public int channels() {
        return transformer.channels();
    }

    @Override
    public boolean hasPooler() {
        return transformer.hasPooler();
    }

    @Override
    public int prefixTokens() {
        return transformer.prefixTokens();
    }

    @Override
    public int heads() {
        return transformer.heads();
    }

    @Override
    public int layers() {
        return transformer.layers();
    }

    @Override
    public int hiddenSize() {
        return transformer.hiddenSize();
    }

    @Override
    public void close() {
        transformer.close();
    }
}

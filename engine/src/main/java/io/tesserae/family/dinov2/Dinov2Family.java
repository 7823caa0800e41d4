package io.tesserae.family.dinov2;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import io.tesserae.model.ImageEncoder;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;
import java.util.List;
import java.util.Optional;

/** DINOv2: Oquab et al., arXiv 2304.07193, and its later variant with registers: Darcet et al., arXiv 2309.16588. */
public final class Dinov2Family implements ModelFamily {

    private static final List<ModelType> TYPES = List.of(
            new ModelType("dinov2", "Dinov2", Optional.of("BitImageProcessor")),
            new ModelType(Dinov2Config.WITH_REGISTERS, "Dinov2WithRegisters", Optional.empty()));

    @Override
    public List<ModelType> modelTypes() {
        return TYPES;
    }

    @Override
    public Input input() {
        return Input.PIXELS;
    }

    @Override
    public Heads heads() {
        return Heads.none()
                .with(
                        Head.IMAGE_ENCODER,
                        (engine, config, weights) -> encoder(engine, Dinov2Config.read(config), weights))
                .with(
                        Head.IMAGE_CLASSIFICATION,
                        (engine, config, weights) -> Dinov2ForImageClassification.load(
                                engine, Dinov2Config.read(config), config.labelCount(), weights),
                        "classifier.weight");
    }

    private static ImageEncoder encoder(Engine engine, Dinov2Config config, TensorSource source) {
        StateDict weights = StateDict.of(source, config.basePrefix() + ".");
        ImageEncoder encoder = Dinov2.load(engine, config, weights.at(config.basePrefix()));
        weights.requireAllUsed(Dinov2::belongsToSomeHead);
        source.close();
        return encoder;
    }
}

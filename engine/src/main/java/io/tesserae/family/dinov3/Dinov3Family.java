package io.tesserae.family.dinov3;

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

/** DINOv3's vision transformers: Siméoni et al., arXiv 2508.10104. */
public final class Dinov3Family implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("dinov3_vit", "DINOv3ViT", Optional.of("DINOv3ViTImageProcessor")));

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
                        (engine, config, weights) -> encoder(engine, Dinov3Config.read(config), weights));
    }

    private static ImageEncoder encoder(Engine engine, Dinov3Config config, TensorSource source) {
        StateDict weights = StateDict.of(source, "model.");
        ImageEncoder encoder = Dinov3.load(engine, config, weights);
        weights.requireAllUsed(Dinov3Family::isOfTraining);
        source.close();
        return encoder;
    }

    /** The mask token of the training may lie beside the model, and a buffer of frequencies. */
    private static boolean isOfTraining(String name) {
        return name.equals("embeddings.mask_token") || name.endsWith("inv_freq");
    }
}

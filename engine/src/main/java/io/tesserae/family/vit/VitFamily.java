package io.tesserae.family.vit;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** ViT, the vision transformer: Dosovitskiy et al., arXiv 2010.11929. */
public final class VitFamily implements ModelFamily {

    /** The base model's names. */
    public static final VitHeads.Names NAMES = new VitHeads.Names("vit", List.of("cls_token"));

    private static final List<ModelType> TYPES = List.of(new ModelType("vit", "ViT", Optional.of("ViTImageProcessor")));

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
                        (engine, config, weights) -> VitHeads.encoder(engine, VitConfig.read(config), NAMES, weights))
                .with(
                        Head.IMAGE_CLASSIFICATION,
                        (engine, config, weights) -> VitHeads.classifier(
                                engine, VitConfig.read(config), NAMES, config.labelCount(), weights),
                        "classifier.weight");
    }
}

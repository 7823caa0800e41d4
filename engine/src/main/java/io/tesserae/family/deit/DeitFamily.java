package io.tesserae.family.deit;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import io.tesserae.family.vit.VitConfig;
import io.tesserae.family.vit.VitHeads;
import java.util.List;
import java.util.Optional;

/**
 * DeiT, a ViT that also learned from a teacher: Touvron et al., arXiv 2012.12877; transformers' {@code DeiTModel}.
 *
 * <p>The network is ViT's with one more token: beside the class token stands a distillation token (section 4 of the paper),
 * with a position of its own, whose output was trained to say what the teacher says. {@code DeiTForImageClassification} reads the
 * class token alone.
 */
public final class DeitFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("deit", "DeiT", Optional.of("DeiTImageProcessor")));

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
                        (engine, config, weights) -> VitHeads.encoder(
                                engine, VitConfig.read(config), DeitForImageClassificationWithTeacher.NAMES, weights))
                .with(
                        Head.IMAGE_CLASSIFICATION,
                        (engine, config, weights) -> VitHeads.classifier(
                                engine,
                                VitConfig.read(config),
                                DeitForImageClassificationWithTeacher.NAMES,
                                config.labelCount(),
                                weights),
                        "classifier.weight")
                .withVariant(
                        Head.IMAGE_CLASSIFICATION,
                        "ForImageClassificationWithTeacher",
                        (engine, config, weights) -> DeitForImageClassificationWithTeacher.load(
                                engine, VitConfig.read(config), config.labelCount(), weights),
                        "cls_classifier.weight");
    }
}

package io.tesserae.training.family;

import io.tesserae.family.Head;
import java.util.List;
import java.util.Map;

/** ViT: Dosovitskiy et al., arXiv 2010.11929; transformers' {@code ViTModel} and {@code ViTForImageClassification}. */
final class TrainableVit implements TrainableFamily {

    private static final VitNetworks NETWORKS = new VitNetworks("vit", List.of("cls_token"));

    @Override
    public List<String> modelTypes() {
        return List.of("vit");
    }

    @Override
    public String basePrefix() {
        return "vit.";
    }

    @Override
    public Map<Head<?>, Builder> heads() {
        return Map.of(Head.IMAGE_ENCODER, NETWORKS::encoder, Head.IMAGE_CLASSIFICATION, NETWORKS::classifier);
    }
}

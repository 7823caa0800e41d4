package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.network.Network;
import io.tesserae.training.network.TaughtClassifier;
import io.tesserae.training.tape.Parameters;
import java.util.List;
import java.util.Map;

/**
 * DeiT: Touvron et al., arXiv 2012.12877; transformers' {@code DeiTModel} and its heads. A classifier is one of two:
 * {@code DeiTForImageClassification} reads the class token alone, {@code DeiTForImageClassificationWithTeacher} the
 * distillation token too. It is the one that {@code architectures} names, else the one that the checkpoint holds.
 */
final class TrainableDeit implements TrainableFamily {

    private static final VitNetworks NETWORKS = new VitNetworks("deit", List.of("cls_token", "distillation_token"));

    private static final String CLASSIFIER = "ForImageClassification";

    private static final String WITH_TEACHER = "ForImageClassificationWithTeacher";

    @Override
    public List<String> modelTypes() {
        return List.of("deit");
    }

    @Override
    public String basePrefix() {
        return "deit.";
    }

    @Override
    public Map<Head<?>, Builder> heads() {
        return Map.of(Head.IMAGE_ENCODER, NETWORKS::encoder, Head.IMAGE_CLASSIFICATION, TrainableDeit::classifier);
    }

    private static Network classifier(ConfigSource config, Parameters parameters) {
        boolean taught = saysSo(config, WITH_TEACHER)
                || !saysSo(config, CLASSIFIER) && parameters.holds("cls_classifier.weight");
        if (!taught) {
            return NETWORKS.classifier(config, parameters);
        }
        PictureEncoder encoder = NETWORKS.encoder(config, parameters);
        Parameters heads = parameters.head();
        return new TaughtClassifier(
                encoder,
                Linear.of(heads.at("cls_classifier"), config.labelCount(), encoder.hiddenSize()),
                Linear.of(heads.at("distillation_classifier"), config.labelCount(), encoder.hiddenSize()));
    }

    private static boolean saysSo(ConfigSource config, String suffix) {
        return config.architectures().stream().anyMatch(name -> name.endsWith(suffix));
    }
}

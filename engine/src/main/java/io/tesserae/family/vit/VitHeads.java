package io.tesserae.family.vit;

import io.tesserae.engine.Engine;
import io.tesserae.layer.Linear;
import io.tesserae.model.ImageClassifier;
import io.tesserae.model.ImageEncoder;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;
import java.util.List;

/** The models of ViT and of families that contain it, by the names of their tensors. */
public final class VitHeads {

    /**
     * What families that are a ViT call their own.
     *
     * @param prefix of the base model's tensors in a model with a head
     * @param tokens names of the tokens before the patches'
     */
    public record Names(String prefix, List<String> tokens) {

        /** A checkpoint's weights by these names. */
        public StateDict stateDict(TensorSource source) {
            return StateDict.of(source, prefix + ".");
        }
    }

    private VitHeads() {}

    /** An encoder, with the pooler that its checkpoint may have. */
    public static ImageEncoder encoder(Engine engine, VitConfig config, Names names, TensorSource source) {
        StateDict weights = names.stateDict(source);
        ImageEncoder encoder = Vit.load(engine, config, weights.at(names.prefix()), names.tokens(), true);
        weights.requireAllUsed(VitHeads::belongsToSomeHead);
        source.close();
        return encoder;
    }

    /** A linear classifier on the class token. */
    public static ImageClassifier classifier(
            Engine engine, VitConfig config, Names names, int labels, TensorSource source) {
        StateDict weights = names.stateDict(source);
        // The head first: a checkpoint that has none is refused before anything large is read.
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, config.hiddenSize());
        Vit vit = Vit.load(engine, config, weights.at(names.prefix()), names.tokens(), false);
        weights.requireAllUsed(VitHeads::belongsToSomeHead);
        source.close();
        return ImageClassifier.ofClassToken(vit, classifier);
    }

    /** Tensors of heads other than the one that is loaded may lie beside it, and so may the mask token of the training. */
    public static boolean belongsToSomeHead(String name) {
        return name.matches("((vit|deit)\\.)?(embeddings\\.mask_token|pooler\\.dense\\.(weight|bias))")
                || name.matches("(classifier|cls_classifier|distillation_classifier|decoder\\.0)\\.(weight|bias)");
    }
}

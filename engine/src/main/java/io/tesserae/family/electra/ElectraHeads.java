package io.tesserae.family.electra;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.family.Input;
import io.tesserae.family.common.TextHeads;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Pooler;
import io.tesserae.model.Encoder;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.TokenScorer;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/** ELECTRA's models by the names of their tensors. Of each the head comes first, as in {@link TextHeads}. */
final class ElectraHeads {

    /** A score for every token: whether it was replaced. Other families' classes of this name are other heads. */
    static final Head<TokenScorer> DISCRIMINATOR =
            new Head<>("ForPreTraining", Input.TOKENS, TokenScorer.class, "a head that finds replaced tokens");

    private ElectraHeads() {}

    /** What all families have alike. */
    static TextHeads textHeads(Engine engine, ElectraConfig config, TensorSource source) {
        StateDict weights = StateDict.ofOpen(source, "electra.");
        return new TextHeads(
                engine,
                weights,
                config.hiddenSize(),
                () -> Electra.load(engine, config, weights, source),
                ElectraHeads::belongsToSomeHead);
    }

    /** A score for a choice, on the summary of its first token. */
    static SequenceClassifier multipleChoice(
            Engine engine, ElectraConfig config, Activation activation, TensorSource source) {
        TextHeads heads = textHeads(engine, config, source);
        StateDict weights = heads.weights();
        int hidden = config.hiddenSize();
        Linear classifier = Linear.load(engine, weights.at("classifier"), 1, hidden);
        Linear summary = Linear.load(engine, weights.at("sequence_summary.summary"), hidden, hidden);
        return SequenceClassifier.ofFirstToken(
                heads.encoderAlone(), Optional.of(new Pooler(summary, activation)), classifier);
    }

    /** The discriminator: a score for each token, above 0 where it takes it for a replaced one. */
    static TokenScorer discriminator(Engine engine, ElectraConfig config, TensorSource source) {
        TextHeads heads = textHeads(engine, config, source);
        StateDict head = heads.weights().at("discriminator_predictions");
        int hidden = config.hiddenSize();
        Linear score = Linear.load(engine, head.at("dense_prediction"), 1, hidden);
        Linear dense = Linear.load(engine, head.at("dense"), hidden, hidden);
        return new TokenScorer(heads.encoderAlone(), dense, config.hiddenAct(), score);
    }

    /**
     * The generator, a masked language model. Its activation is GELU, whatever {@code hidden_act} says.
     *
     * @param tied whether a checkpoint without a decoder takes the word embeddings for one: {@code tie_word_embeddings}
     */
    static MaskedLanguageModel maskedLanguageModel(
            Engine engine, ElectraConfig config, boolean tied, TensorSource source) {
        TextHeads heads = textHeads(engine, config, source);
        StateDict weights = heads.weights();
        StateDict head = weights.at("generator_predictions");
        int embedding = config.embeddingSize();
        Tensor bias = weights.read("generator_lm_head.bias", config.vocabSize());
        Encoder encoder = heads.encoder().get();
        MaskedLanguageModel model = MaskedLanguageModel.of(
                encoder,
                Linear.load(engine, head.at("dense"), embedding, config.hiddenSize()),
                Activation.GELU,
                LayerNorm.load(head.at("LayerNorm"), embedding, config.layerNormEps()),
                heads.decoder(
                        tied,
                        "generator_lm_head.weight",
                        "electra.embeddings.word_embeddings.weight",
                        bias,
                        embedding));
        weights.requireAllUsed(ElectraHeads::belongsToSomeHead);
        return model;
    }

    /** Tensors of heads other than the one that is loaded may lie beside it; buffers of positions always may. */
    private static boolean belongsToSomeHead(String name) {
        return name.endsWith("position_ids")
                || name.matches("(classifier|classifier\\.dense|classifier\\.out_proj|qa_outputs)\\.(weight|bias)"
                        + "|(discriminator_predictions|generator_predictions|generator_lm_head|sequence_summary)\\..*");
    }
}

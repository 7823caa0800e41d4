package io.tesserae.family.bert;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TextHeads;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Pooler;
import io.tesserae.model.Encoder;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.QuestionAnswerer;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.TokenClassifier;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/**
 * BERT's models by the names of their tensors. Of each the head comes first: a checkpoint that has none is refused before anything
 * large is read.
 */
final class BertHeads {

    private BertHeads() {}

    static Encoder encoder(Engine engine, BertConfig config, TensorSource source) {
        StateDict weights = stateDict(source);
        Encoder encoder = Bert.load(engine, config, weights, source, weights.contains("bert.pooler"));
        weights.requireAllUsed(BertHeads::belongsToSomeHead);
        return encoder;
    }

    /**
     * A classifier on the pooled first token.
     *
     * @param head {@code classifier}, or {@code cls.seq_relationship} for the next sentence: Devlin et al., arXiv 1810.04805, section
     *     3.1
     */
    static SequenceClassifier sequenceClassifier(
            Engine engine, BertConfig config, String head, int labels, TensorSource source) {
        StateDict weights = stateDict(source);
        Linear classifier = Linear.load(engine, weights.at(head), labels, config.hiddenSize());
        Bert bert = Bert.load(engine, config, weights, source, true);
        Pooler pooler = bert.pooler().orElseThrow();
        weights.requireAllUsed(BertHeads::belongsToSomeHead);
        return SequenceClassifier.ofFirstToken(bert, Optional.of(pooler), classifier);
    }

    static TokenClassifier tokenClassifier(Engine engine, BertConfig config, int labels, TensorSource source) {
        return textHeads(engine, config, source).tokenClassifier(labels);
    }

    static QuestionAnswerer questionAnswerer(Engine engine, BertConfig config, TensorSource source) {
        return textHeads(engine, config, source).questionAnswerer();
    }

    private static TextHeads textHeads(Engine engine, BertConfig config, TensorSource source) {
        StateDict weights = stateDict(source);
        return new TextHeads(
                engine,
                weights,
                config.hiddenSize(),
                () -> Bert.load(engine, config, weights, source, false),
                BertHeads::belongsToSomeHead);
    }

    /**
     * A masked language model.
     *
     * @param tied whether a checkpoint without a decoder takes the word embeddings for one: {@code tie_word_embeddings}
     */
    static MaskedLanguageModel maskedLanguageModel(
            Engine engine, BertConfig config, boolean tied, TensorSource source) {
        return textHeads(engine, config, source)
                .maskedLanguageModel(
                        tied,
                        new TextHeads.MaskedHead(
                                "cls.predictions",
                                "transform.dense",
                                "transform.LayerNorm",
                                "bert.embeddings.word_embeddings.weight",
                                config.hiddenSize()),
                        config.vocabSize(),
                        config.hiddenAct(),
                        config.layerNormEps());
    }

    private static StateDict stateDict(TensorSource source) {
        return StateDict.ofOpen(source, "bert.");
    }

    /** Tensors of heads other than the one that is loaded may lie beside it; buffers of positions always may. */
    private static boolean belongsToSomeHead(String name) {
        return name.endsWith("position_ids")
                || name.matches("(bert\\.)?pooler\\.dense\\.(weight|bias)"
                        + "|(classifier|qa_outputs)\\.(weight|bias)"
                        + "|cls\\.(predictions|seq_relationship)\\..*");
    }
}

package io.tesserae.family.llama;

import io.tesserae.engine.Engine;
import io.tesserae.layer.Linear;
import io.tesserae.model.CausalLanguageModel;
import io.tesserae.model.Encoder;
import io.tesserae.model.GenerationTokens;
import io.tesserae.model.QuestionAnswerer;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.TokenClassifier;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;
import java.util.OptionalInt;

/** LLaMA's models by the names of their tensors. Heads come first: a checkpoint without one is refused before anything large is read. */
record LlamaHeads(Engine engine, LlamaConfig config, TensorSource source) {

    Encoder encoder() {
        StateDict weights = StateDict.ofOpen(source, "model.");
        return network(weights, weights.at("model"));
    }

    /**
     * A classifier on the last token.
     *
     * @param padding {@code pad_token_id}, whose tokens do not count at the end
     */
    SequenceClassifier sequenceClassifier(int labels, OptionalInt padding) {
        StateDict weights = StateDict.ofOpen(source, "model.");
        Linear score = Linear.load(engine, weights.at("score"), labels, config.hiddenSize(), false);
        return SequenceClassifier.ofLastToken(network(weights, weights.at("model")), score, padding);
    }

    /**
     * A classifier of every token.
     *
     * @param biased {@code token_classification_bias}: whether its scores have biases; one that the file has all the same is not read
     */
    TokenClassifier tokenClassifier(int labels, boolean biased) {
        StateDict weights = StateDict.ofOpen(source, "model.");
        Linear score = Linear.load(engine, weights.at("score"), labels, config.hiddenSize(), biased);
        return new TokenClassifier(network(weights, weights.at("model")), score);
    }

    /** Two scores for every token. What others call {@code model} is {@code transformer} here. */
    QuestionAnswerer questionAnswerer() {
        StateDict weights = StateDict.ofOpen(source, "transformer.");
        Linear outputs = Linear.load(engine, weights.at("qa_outputs"), 2, config.hiddenSize());
        return new QuestionAnswerer(new TokenClassifier(network(weights, weights.at("transformer")), outputs));
    }

    /**
     * A model that continues texts.
     *
     * @param tied see {@link LlamaDecoder#load}
     */
    CausalLanguageModel languageModel(boolean tied, GenerationTokens tokens) {
        StateDict weights = StateDict.ofOpen(source, "model.");
        LlamaDecoder decoder = LlamaDecoder.load(engine, config, tied, weights, weights.at("model"));
        weights.requireAllUsed(LlamaHeads::isIgnored);
        return new CausalLanguageModel(decoder, tokens, source);
    }

    private Encoder network(StateDict weights, StateDict base) {
        Encoder encoder = Llama.load(engine, config, base, source);
        weights.requireAllUsed(LlamaHeads::isIgnored);
        return encoder;
    }

    /** Tensors of heads other than the one that is loaded may lie beside it; frequencies always may, which old files hold as buffers. */
    static boolean isIgnored(String name) {
        return name.endsWith("rotary_emb.inv_freq") || name.matches("(lm_head|score|qa_outputs)\\.(weight|bias)");
    }
}

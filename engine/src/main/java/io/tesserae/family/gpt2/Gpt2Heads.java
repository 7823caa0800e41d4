package io.tesserae.family.gpt2;

import io.tesserae.engine.Engine;
import io.tesserae.layer.Linear;
import io.tesserae.model.CausalLanguageModel;
import io.tesserae.model.Encoder;
import io.tesserae.model.GenerationTokens;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;
import java.util.OptionalInt;

/** GPT-2's models by the names of their tensors. */
final class Gpt2Heads {

    private Gpt2Heads() {}

    static Encoder encoder(Engine engine, Gpt2Config config, TensorSource source) {
        StateDict weights = Gpt2Network.stateDict(source);
        Encoder encoder = Gpt2.load(engine, config, weights, source);
        weights.requireAllUsed(Gpt2Network::isIgnored);
        return encoder;
    }

    /**
     * A classifier on the last token.
     *
     * @param padding {@code pad_token_id}, whose tokens do not count at the end
     */
    static SequenceClassifier sequenceClassifier(
            Engine engine, Gpt2Config config, int labels, OptionalInt padding, TensorSource source) {
        StateDict weights = Gpt2Network.stateDict(source);
        // The head first: a checkpoint that has none is refused before anything large is read.
        Linear score = Linear.load(engine, weights.at("score"), labels, config.nEmbd(), false);
        Encoder encoder = Gpt2.load(engine, config, weights, source);
        weights.requireAllUsed(Gpt2Network::isIgnored);
        return SequenceClassifier.ofLastToken(encoder, score, padding);
    }

    /**
     * A model that continues texts.
     *
     * @param tied see {@link Gpt2Decoder#load}
     */
    static CausalLanguageModel languageModel(
            Engine engine, Gpt2Config config, boolean tied, GenerationTokens tokens, TensorSource source) {
        return new CausalLanguageModel(Gpt2Decoder.load(engine, config, tied, source), tokens, source);
    }
}

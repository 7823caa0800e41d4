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
        StateDict weights = stateDict(source);
        Encoder encoder = Gpt2.load(engine, config, weights, source);
        weights.requireAllUsed(Gpt2Heads::isIgnored);
        return encoder;
    }

    /**
     * A classifier on the last token.
     *
     * @param padding {@code pad_token_id}, whose tokens do not count at the end
     */
    static SequenceClassifier sequenceClassifier(
            Engine engine, Gpt2Config config, int labels, OptionalInt padding, TensorSource source) {
        StateDict weights = stateDict(source);
        // The head first: a checkpoint that has none is refused before anything large is read.
        Linear score = Linear.load(engine, weights.at("score"), labels, config.nEmbd(), false);
        Encoder encoder = Gpt2.load(engine, config, weights, source);
        weights.requireAllUsed(Gpt2Heads::isIgnored);
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

    static StateDict stateDict(TensorSource source) {
        return StateDict.ofOpen(source, "transformer.");
    }

    /** Tensors of heads other than the one that is loaded may lie beside it; masks always may, which old files hold as buffers. */
    static boolean isIgnored(String name) {
        return name.matches("(transformer\\.)?h\\.\\d+\\.(attn|crossattention)\\.(bias|masked_bias)")
                || name.matches("(lm_head|score|classifier|qa_outputs|multiple_choice_head\\.summary)\\.(weight|bias)");
    }
}

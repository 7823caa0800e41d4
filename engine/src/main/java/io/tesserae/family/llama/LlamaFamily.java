package io.tesserae.family.llama;

import io.tesserae.engine.Engine;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import io.tesserae.family.common.TokensOfConfig;
import io.tesserae.tensor.TensorSource;
import java.util.List;
import java.util.Optional;

/** LLaMA: Touvron et al., arXiv 2302.13971; and the many models that are one by another name. */
public final class LlamaFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("llama", "Llama", Optional.of("LlamaTokenizer")));

    @Override
    public List<ModelType> modelTypes() {
        return TYPES;
    }

    @Override
    public Input input() {
        return Input.TOKENS;
    }

    @Override
    public Heads heads() {
        return Heads.none()
                .with(
                        Head.ENCODER,
                        (engine, config, weights) -> of(engine, config, weights).encoder())
                .with(
                        Head.SEQUENCE_CLASSIFICATION,
                        (engine, config, weights) -> of(engine, config, weights)
                                .sequenceClassifier(config.labelCount(), TokensOfConfig.padding(config)),
                        "score.weight")
                .with(
                        Head.TOKEN_CLASSIFICATION,
                        (engine, config, weights) -> of(engine, config, weights)
                                .tokenClassifier(
                                        config.labelCount(), config.optionalBoolean("token_classification_bias", true)),
                        "score.weight",
                        "score.bias")
                .with(
                        Head.QUESTION_ANSWERING,
                        (engine, config, weights) -> of(engine, config, weights).questionAnswerer(),
                        "qa_outputs.weight")
                .withVariant(
                        Head.CAUSAL_LM,
                        "ForCausalLM",
                        (engine, config, weights) -> of(engine, config, weights)
                                .languageModel(LlamaConfig.tied(config), TokensOfConfig.read(config, 1, 2)),
                        "lm_head.weight");
    }

    private static LlamaHeads of(Engine engine, ConfigSource config, TensorSource weights) {
        return new LlamaHeads(engine, LlamaConfig.read(config), weights);
    }
}

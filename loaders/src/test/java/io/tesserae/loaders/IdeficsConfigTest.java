package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.family.idefics.IdeficsFamily;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tensor.TensorSource;
import io.tesserae.tensor.WeightException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What config.json says of an IDEFICS, by the defaults and the ranges of transformers' IdeficsConfig. */
class IdeficsConfigTest {

    /** HuggingFaceM4/idefics-9b, whose file has keys that nothing reads any more. */
    private static final String PUBLISHED = """
            {"additional_vocab_size": 2, "alpha_initializer": "zeros", "alpha_type": "float",
            "alphas_initializer_range": 0.0, "architectures": ["IdeficsForVisionText2Text"], "bos_token_id": 1,
            "cross_layer_activation_function": "swiglu", "cross_layer_interval": 4, "dropout": 0.0,
            "eos_token_id": 2, "ffn_dim": 11008, "freeze_lm_head": false, "freeze_text_layers": false,
            "freeze_text_module_exceptions": [], "freeze_vision_layers": false, "freeze_vision_module_exceptions": [],
            "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 11008,
            "max_new_tokens": 100, "max_position_embeddings": 2048, "model_type": "idefics",
            "num_attention_heads": 32, "num_hidden_layers": 32, "pad_token_id": 0,
            "perceiver_config": {"model_type": "idefics", "qk_layer_norms_perceiver": true, "resampler_depth": 6,
            "resampler_head_dim": 96, "resampler_n_heads": 16, "resampler_n_latents": 64, "use_resampler": false},
            "qk_layer_norms": true, "rms_norm_eps": 1e-06, "tie_word_embeddings": false, "use_cache": true,
            "use_resampler": true, "vision_config": {"embed_dim": 1280, "hidden_act": "gelu", "image_size": 224,
            "intermediate_size": 5120, "model_type": "idefics", "num_attention_heads": 16, "num_hidden_layers": 32,
            "patch_size": 14, "vision_model_name": "laion/CLIP-ViT-H-14-laion2B-s32B-b79K"}, "vocab_size": 32000,
            "word_embed_proj_dim": 4096}""";

    /** A checkpoint without a tensor. */
    private static final class Nothing implements TensorSource {

        @Override
        public Set<String> names() {
            return Set.of();
        }

        @Override
        public long[] shape(String name) {
            throw new AssertionError(name);
        }

        @Override
        public void read(String name, long first, float[] destination, int offset, int count) {
            throw new AssertionError(name);
        }

        @Override
        public String describe(String name) {
            throw new AssertionError(name);
        }

        @Override
        public void close() {}
    }

    /** What is refused first: the configuration, or that there is no tensor. */
    private static RuntimeException refused(String json) {
        var loader = new IdeficsFamily()
                .heads()
                .loader(Head.IMAGE_TEXT_TO_TEXT, _ -> true, Set.of())
                .orElseThrow();
        PretrainedConfig config = PretrainedConfig.parse(json, "config.json");
        return assertThrows(RuntimeException.class, () -> loader.load(Engine.shared(), config, new Nothing()));
    }

    /** @param tensor its name, and perhaps its shape */
    private static void assertMissing(String tensor, String json) {
        RuntimeException missing = refused(json);
        assertEquals(WeightException.class, missing.getClass(), missing.getMessage());
        assertTrue(missing.getMessage().startsWith("tensor \"" + tensor), missing.getMessage());
    }

    @Test
    void aPublishedFile() {
        assertMissing("lm_head.weight\" [32000, 4096]", PUBLISHED);
    }

    @Test
    void theDefaults() {
        assertMissing("lm_head.weight\" [32000, 4096]", "{\"model_type\": \"idefics\"}");
        assertMissing(
                "model.embed_tokens.weight\" [50, 4096]",
                "{\"model_type\": \"idefics\", \"vocab_size\": 50, \"tie_word_embeddings\": true, \"vision_config\":"
                        + " null, \"perceiver_config\": null, \"rope_parameters\": null}");
    }

    /** What a key outside the part that is used says is no matter. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "freeze_vision_layers | \"perhaps\"",
                "alpha_initializer | \"unheard of\"",
                "perceiver_config | {\"resampler_n_heads\": 0}", // there is no resampler
                "num_key_value_heads | 7",
                "attention_bias | true",
                "rope_theta | 500000.0",
                "vision_config | {\"hidden_size\": 48}",
                "vision_config | {\"use_cls\": false}",
            })
    void keysThatAreNotRead(String key, String value) {
        assertMissing("lm_head.weight\"", "{\"model_type\": \"idefics\", \"" + key + "\": " + value + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alpha_type | \"matrix\" | alpha_type",
                "cross_layer_interval | 3 | cross_layer_interval",
                "cross_layer_interval | 0 | cross_layer_interval",
                "num_attention_heads | 7 | num_attention_heads",
                "num_attention_heads | 4096 | num_attention_heads", // heads of one channel cannot be turned
                "head_dim | 64 | head_dim",
                "hidden_act | \"swish8\" | hidden_act",
                "rms_norm_eps | -1 | rms_norm_eps",
                "additional_vocab_size | -1 | additional_vocab_size",
                "is_causal | false | is_causal",
                "quantization_config | {\"bits\": 4} | quantization_config",
                "rope_parameters | {\"rope_type\": \"longrope\"} | rope_parameters: rope_type",
                "use_resampler | 1 | use_resampler",
                "vision_config | {\"image_size\": [224, 196]} | vision_config: image_size",
                "vision_config | {\"patch_size\": 225} | vision_config: patch_size",
                "vision_config | {\"num_attention_heads\": 7} | vision_config: num_attention_heads",
                "vision_config | {\"hidden_act\": \"swish8\"} | vision_config: hidden_act",
                "vision_config | 7 | vision_config",
            })
    void whatIsNotComputedHereIsRefusedByItsPlace(String key, String value, String place) {
        assertRefused(place, "{\"model_type\": \"idefics\", \"" + key + "\": " + value + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"resampler_n_heads\": 0} | resampler_n_heads",
                "{\"resampler_n_heads\": 65536, \"resampler_head_dim\": 65536} | resampler_head_dim",
                "{\"resampler_n_latents\": 0} | resampler_n_latents",
                "{\"resampler_depth\": 1001} | resampler_depth",
                "{\"qk_layer_norms_perceiver\": \"yes\"} | qk_layer_norms_perceiver",
            })
    void soIsAResamplerThatIsUsed(String perceiver, String key) {
        assertRefused(
                "perceiver_config: " + key,
                "{\"model_type\": \"idefics\", \"use_resampler\": true, \"perceiver_config\": " + perceiver + "}");
    }

    private static void assertRefused(String place, String json) {
        RuntimeException refused = refused(json);
        assertEquals(ModelLoadingException.class, refused.getClass(), refused.getMessage());
        assertTrue(refused.getMessage().startsWith("config.json: " + place + ": "), refused.getMessage());
    }
}

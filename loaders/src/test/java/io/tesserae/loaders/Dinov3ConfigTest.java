package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.families.Families;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tensor.TensorSource;
import io.tesserae.tensor.WeightException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What config.json says of a DINOv3, by the defaults and the ranges of transformers' DINOv3ViTConfig. */
class Dinov3ConfigTest {

    /** facebook/dinov3-vits16-pretrain-lvd1689m. */
    private static final String PUBLISHED = """
            {"architectures": ["DINOv3ViTModel"], "attention_dropout": 0.0, "drop_path_rate": 0.0, "hidden_act": "gelu",
            "hidden_size": 384, "image_size": 224, "initializer_range": 0.02, "intermediate_size": 1536,
            "key_bias": false, "layer_norm_eps": 1e-05, "layerscale_value": 1.0, "mlp_bias": true,
            "model_type": "dinov3_vit", "num_attention_heads": 6, "num_channels": 3, "num_hidden_layers": 12,
            "num_register_tokens": 4, "patch_size": 16, "pos_embed_jitter": null, "pos_embed_rescale": 2.0,
            "pos_embed_shift": null, "proj_bias": true, "query_bias": true, "rope_theta": 100.0,
            "use_gated_mlp": false, "value_bias": true}""";

    private static final String PATCHES = "embeddings.patch_embeddings.weight\" [384, 3, 16, 16]";

    /** What is refused first: the configuration, or that a tensor is missing. */
    private static RuntimeException refused(String json) {
        var loader = Families.ALL
                .of("dinov3_vit")
                .orElseThrow()
                .heads()
                .loader(Head.IMAGE_ENCODER, _ -> true, Set.of())
                .orElseThrow();
        PretrainedConfig config = PretrainedConfig.parse(json, "config.json");
        return assertThrows(RuntimeException.class, () -> loader.load(Engine.shared(), config, new Nothing()));
    }

    private static void assertMissing(String tensor, String json) {
        RuntimeException missing = refused(json);
        assertEquals(WeightException.class, missing.getClass(), missing.getMessage());
        assertTrue(missing.getMessage().startsWith("tensor \"" + tensor), missing.getMessage());
    }

    private static String with(String key, String value) {
        return "{\"" + key + "\": " + value + ", "
                + PUBLISHED.substring(1).replaceAll("\"" + key + "\": [^,}]*,\\s*", "");
    }

    @Test
    void aPublishedFileAndTheDefaults() {
        assertMissing(PATCHES, PUBLISHED);
        assertMissing(PATCHES, "{\"model_type\": \"dinov3_vit\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "image_size ; [224, 448]", // positions are of any grid
                "num_register_tokens ; 0",
                "pos_embed_jitter ; 3.0", // of the training
                "rope_theta ; 10000",
                "num_attention_heads ; 96",
            })
    void whatIsRead(String key, String value) {
        assertMissing("embeddings.patch_embeddings", with(key, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "num_attention_heads ; 64", // of six channels
                "num_attention_heads ; 7",
                "rope_theta ; 0",
                "rope_theta ; \"100\"",
                "hidden_act ; \"swish8\"",
                "num_register_tokens ; -1",
                "patch_size ; 0",
                "key_bias ; 1",
                "use_gated_mlp ; \"yes\"",
                "is_causal ; true",
                "tie_last_hidden_states ; true",
                "quantization_config ; {\"bits\": 4}",
            })
    void whatIsRefused(String key, String value) {
        RuntimeException refusal = refused(with(key, value));
        assertEquals(ModelLoadingException.class, refusal.getClass(), refusal.getMessage());
        assertTrue(refusal.getMessage().startsWith("config.json: " + key), refusal.getMessage());
    }

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
}

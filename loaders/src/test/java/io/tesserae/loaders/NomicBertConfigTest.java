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

/** What config.json says of a NomicBERT, by the defaults and the ranges of transformers' NomicBertConfig. */
class NomicBertConfigTest {

    /** nomic-ai/nomic-embed-text-v1.5, with keys of the code that comes with it. */
    private static final String PUBLISHED = """
            {"model_type": "nomic_bert", "activation_function": "swiglu", "architectures": ["NomicBertModel"],
            "attn_pdrop": 0.0, "causal": false, "dense_seq_output": true, "embd_pdrop": 0.0, "fused_bias_fc": true,
            "fused_dropout_add_ln": true, "initializer_range": 0.02, "layer_norm_epsilon": 1e-12,
            "max_trained_positions": 2048, "mlp_fc1_bias": false, "mlp_fc2_bias": false, "n_embd": 768, "n_head": 12,
            "n_inner": 3072, "n_layer": 12, "n_positions": 8192, "pad_vocab_size_multiple": 64,
            "parallel_block": false, "parallel_block_tied_norm": false, "prenorm": false, "qkv_proj_bias": false,
            "reorder_and_upcast_attn": false, "resid_pdrop": 0.0, "rotary_emb_base": 1000, "rotary_emb_fraction": 1.0,
            "rotary_emb_interleaved": false, "rotary_emb_scale_base": null, "rotary_scaling_factor": null,
            "scale_attn_by_inverse_layer_idx": false, "scale_attn_weights": true, "type_vocab_size": 2,
            "use_cache": true, "use_flash_attn": true, "use_rms_norm": false, "use_xentropy": true,
            "vocab_size": 30528}""";

    /** What is refused first: the configuration, or that a tensor is missing. */
    private static RuntimeException refused(Head<?> head, String json) {
        var loader = Families.ALL
                .of("nomic_bert")
                .orElseThrow()
                .heads()
                .loader(head, _ -> true, Set.of())
                .orElseThrow();
        PretrainedConfig config = PretrainedConfig.parse(json, "config.json");
        return assertThrows(RuntimeException.class, () -> loader.load(Engine.shared(), config, new Nothing()));
    }

    private static void assertMissing(Head<?> head, String tensor, String json) {
        RuntimeException missing = refused(head, json);
        assertEquals(WeightException.class, missing.getClass(), missing.getMessage());
        assertTrue(missing.getMessage().startsWith("tensor \"" + tensor), missing.getMessage());
    }

    private static String with(String key, String value) {
        return "{\"" + key + "\": " + value + ", "
                + PUBLISHED.substring(1).replaceAll("\"" + key + "\": [^,}]*,\\s*", "");
    }

    @Test
    void aPublishedFile() {
        assertMissing(Head.ENCODER, "nomic_bert.embeddings.word_embeddings.weight\" [30528, 768]", PUBLISHED);
        assertMissing(Head.SEQUENCE_CLASSIFICATION, "classifier.weight\" [2, 768]", PUBLISHED);
        assertMissing(Head.TOKEN_CLASSIFICATION, "classifier.weight\" [2, 768]", PUBLISHED);
        assertMissing(Head.MASKED_LM, "cls.predictions.bias\" [30528]", PUBLISHED);
    }

    @Test
    void theDefaults() {
        String words = "nomic_bert.embeddings.word_embeddings.weight\" [30528, 768]";
        assertMissing(Head.ENCODER, words, "{\"model_type\": \"nomic_bert\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "head_dim ; 32",
                "hidden_act ; \"silu\"",
                "activation_function ; null",
                "n_inner ; null",
                "n_positions ; 512", // nothing is made of it, in the reference neither
                "rope_theta ; 50",
                "rope_parameters ; {\"rope_type\": \"linear\", \"factor\": 2}",
            })
    void whatIsRead(String key, String value) {
        assertMissing(Head.ENCODER, "nomic_bert.embeddings", with(key, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "n_embd ; 384",
                "n_head ; 6",
                "n_layer ; 6",
                "n_inner ; 1536",
                "layer_norm_epsilon ; 1e-5",
                "rotary_emb_base ; 10000",
                "rotary_emb_fraction ; 0.5",
                "rotary_emb_interleaved ; true",
                "rotary_emb_scale_base ; 512",
                "qkv_proj_bias ; true",
                "mlp_fc1_bias ; true",
                "mlp_fc2_bias ; true",
                "prenorm ; true",
                "parallel_block ; true",
                "use_rms_norm ; true",
                "causal ; true",
                "scale_attn_weights ; false",
                "num_experts ; 8",
                "activation_function ; \"geglu\"",
                "activation_function ; \"gelu\"",
                "n_embd ; \"768\"",
                "head_dim ; 7",
                "num_attention_heads ; 256",
                "num_attention_heads ; 7",
                "hidden_act ; \"swish8\"",
                "type_vocab_size ; 0",
                "quantization_config ; {\"bits\": 4}",
            })
    void whatIsRefused(String key, String value) {
        RuntimeException refusal = refused(Head.ENCODER, with(key, value));
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

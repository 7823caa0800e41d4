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

/** What config.json says of a DeBERTa-v2, by the defaults and the ranges of transformers' DebertaV2Config. */
class DebertaV2ConfigTest {

    /** microsoft/deberta-v3-base. */
    private static final String PUBLISHED = """
            {"model_type": "deberta-v2", "attention_probs_dropout_prob": 0.1, "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1, "hidden_size": 768, "initializer_range": 0.02, "intermediate_size": 3072,
            "max_position_embeddings": 512, "relative_attention": true, "position_buckets": 256,
            "norm_rel_ebd": "layer_norm", "share_att_key": true, "pos_att_type": "p2c|c2p", "layer_norm_eps": 1e-7,
            "max_relative_positions": -1, "position_biased_input": false, "num_attention_heads": 12,
            "num_hidden_layers": 12, "type_vocab_size": 0, "vocab_size": 128100}""";

    /** What is refused first: the configuration, or that a tensor is missing. */
    private static RuntimeException refused(Head<?> head, String json) {
        var loader = Families.ALL
                .of("deberta-v2")
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
        return "{\"relative_attention\": true, \"" + key + "\": " + value + ", "
                + PUBLISHED.substring(1).replaceAll("\"(" + key + "|relative_attention)\": [^,}]*,\\s*", "");
    }

    @Test
    void aPublishedFile() {
        String words = "deberta.embeddings.word_embeddings.weight\" [128100, 768]";
        assertMissing(Head.ENCODER, words, PUBLISHED);
        assertMissing(Head.SEQUENCE_CLASSIFICATION, "classifier.weight\" [2, 768]", PUBLISHED);
        assertMissing(Head.MASKED_LM, "cls.predictions.bias\" [128100]", PUBLISHED);
        assertMissing(Head.MASKED_LM, "lm_predictions.lm_head.bias\" [128100]", with("legacy", "false"));
    }

    @Test
    void theDefaults() {
        String words = "deberta.embeddings.word_embeddings.weight\" [128100, 1536]";
        assertMissing(Head.ENCODER, words, "{\"model_type\": \"deberta-v2\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "pos_att_type ; \"C2P | p2c\"",
                "pos_att_type ; [\"p2c\"]",
                "pos_att_type ; null",
                "position_buckets ; -1",
                "max_relative_positions ; 300",
                "conv_kernel_size ; 0",
                "attention_head_size ; 64",
                "z_steps ; 2", // which the reference sets to 0, whatever is asked
                "conv_groups ; 4", // of a convolution that there is not
                "pooler_hidden_size ; 12",
            })
    void whatIsRead(String key, String value) {
        assertMissing(Head.ENCODER, "deberta.embeddings", with(key, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "pos_att_type ; \"p2p|c2p\"",
                "pos_att_type ; [\"C2P\"]",
                "position_buckets ; 1",
                "position_buckets ; 2000",
                "attention_head_size ; 32",
                "conv_kernel_size ; 4",
                "num_attention_heads ; 7",
                "hidden_act ; \"swish8\"",
                "conv_act ; \"swish8\"",
                "type_vocab_size ; -1",
                "quantization_config ; {\"bits\": 4}",
            })
    void whatIsRefused(String key, String value) {
        String more = key.equals("conv_act") ? ", \"conv_kernel_size\": 3" : "";
        RuntimeException refusal = refused(Head.ENCODER, with(key, value + more));
        assertEquals(ModelLoadingException.class, refusal.getClass(), refusal.getMessage());
        assertTrue(refusal.getMessage().startsWith("config.json: " + key), refusal.getMessage());
    }

    @Test
    void whatOnlyAHeadRefuses() {
        RuntimeException pooler = refused(Head.SEQUENCE_CLASSIFICATION, with("pooler_hidden_size", "12"));
        assertTrue(pooler.getMessage().startsWith("config.json: pooler_hidden_size"), pooler.getMessage());
        RuntimeException narrow = refused(Head.MASKED_LM, with("embedding_size", "128, \"legacy\": false"));
        assertTrue(narrow.getMessage().startsWith("config.json: embedding_size"), narrow.getMessage());
        RuntimeException groups = refused(Head.ENCODER, with("conv_groups", "2, \"conv_kernel_size\": 3"));
        assertTrue(groups.getMessage().startsWith("config.json: conv_groups"), groups.getMessage());
        RuntimeException norm =
                refused(Head.ENCODER, "{\"model_type\": \"deberta-v2\", \"norm_rel_ebd\": \"layer_norm\"}");
        assertTrue(norm.getMessage().startsWith("config.json: norm_rel_ebd"), norm.getMessage());
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

package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.family.blip.BlipConfig;
import io.tesserae.family.blip.BlipTextConfig;
import io.tesserae.family.blip.BlipVisionConfig;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What config.json says of a BLIP, by the defaults and the ranges of transformers' BlipConfig. */
class BlipConfigTest {

    /** What transformers 4.2x wrote into each of the two, settings of generation among them. */
    private static final String OLD_DUMP = """
            "_name_or_path": "", "add_cross_attention": false, "architectures": null, "bad_words_ids": null,
            "begin_suppress_tokens": null, "chunk_size_feed_forward": 0, "cross_attention_hidden_size": null,
            "decoder_start_token_id": null, "diversity_penalty": 0.0, "do_sample": false, "early_stopping": false,
            "encoder_no_repeat_ngram_size": 0, "exponential_decay_length_penalty": null, "finetuning_task": null,
            "forced_bos_token_id": null, "forced_eos_token_id": null, "id2label": {"0": "LABEL_0", "1": "LABEL_1"},
            "initializer_factor": 1.0, "initializer_range": 0.02, "is_encoder_decoder": false,
            "label2id": {"LABEL_0": 0, "LABEL_1": 1}, "length_penalty": 1.0, "max_length": 20, "min_length": 0,
            "no_repeat_ngram_size": 0, "num_beam_groups": 1, "num_beams": 3, "num_return_sequences": 1,
            "output_attentions": false, "output_hidden_states": false, "output_scores": false, "prefix": null,
            "problem_type": null, "pruned_heads": {}, "remove_invalid_values": false, "repetition_penalty": 1.0,
            "return_dict": true, "return_dict_in_generate": false, "suppress_tokens": null,
            "task_specific_params": null, "temperature": 1.0, "tf_legacy_loss": false, "tie_encoder_decoder": false,
            "tie_word_embeddings": true, "tokenizer_class": null, "top_k": 50, "top_p": 1.0, "torch_dtype": null,
            "torchscript": false, "transformers_version": "4.26.0.dev0", "typical_p": 1.0, "use_bfloat16": false,
            """;

    /** Salesforce/blip-image-captioning-large. */
    private static final String PUBLISHED = """
            {"_commit_hash": null, "architectures": ["BlipForConditionalGeneration"], "image_text_hidden_size": 256,
            "initializer_factor": 1.0, "initializer_range": 0.02, "logit_scale_init_value": 2.6592,
            "model_type": "blip", "projection_dim": 512, "torch_dtype": "float32", "transformers_version": null,
            "text_config": {%1$s "attention_probs_dropout_prob": 0.0, "bos_token_id": 30522, "eos_token_id": 2,
            "hidden_act": "gelu", "hidden_dropout_prob": 0.0, "hidden_size": 768, "intermediate_size": 3072,
            "is_decoder": true, "layer_norm_eps": 1e-12, "max_position_embeddings": 512,
            "model_type": "blip_text_model", "num_attention_heads": 12, "num_hidden_layers": 12, "pad_token_id": 0,
            "projection_dim": 768, "sep_token_id": 102, "use_cache": true, "vocab_size": 30524},
            "vision_config": {%1$s "attention_dropout": 0.0, "bos_token_id": null, "dropout": 0.0,
            "eos_token_id": null, "hidden_act": "gelu", "hidden_size": 1024, "image_size": 384,
            "intermediate_size": 4096, "is_decoder": false, "layer_norm_eps": 1e-05,
            "model_type": "blip_vision_model", "num_attention_heads": 16, "num_channels": 3,
            "num_hidden_layers": 24, "pad_token_id": null, "patch_size": 16, "projection_dim": 512,
            "sep_token_id": null}}""".formatted(OLD_DUMP);

    private static final Activation GELU = Activation.named("gelu");

    @Test
    void aPublishedFile() {
        assertEquals(
                new BlipConfig(
                        new BlipTextConfig(30_524, 768, 12, 12, 3072, 512, GELU, 1e-12f, 30_522, 102, 0, true),
                        new BlipVisionConfig(1024, 24, 16, 4096, GELU, 1e-5f, new ImageGrid(384, 384, 16, 16)),
                        256,
                        true),
                read(PUBLISHED));
    }

    /** Of heads the text side has 8 where the file does not say it, though every published file says 12. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model_type\": \"blip\"}",
                "{\"model_type\": \"blip\", \"text_config\": null, \"vision_config\": null}",
                "{\"model_type\": \"blip\", \"text_config\": {}, \"vision_config\": {}}",
            })
    void theDefaults(String json) {
        assertEquals(
                new BlipConfig(
                        new BlipTextConfig(30_524, 768, 12, 8, 3072, 512, GELU, 1e-12f, 30_522, 102, 0, true),
                        new BlipVisionConfig(768, 12, 12, 3072, GELU, 1e-5f, new ImageGrid(384, 384, 16, 16)),
                        256,
                        true),
                read(json));
    }

    /** One of the two suffices. */
    @Test
    void wordEmbeddingsAreTiedUnlessBothPlacesSayOtherwise() {
        String both = "{\"model_type\": \"blip\", \"tie_word_embeddings\": %s,"
                + " \"text_config\": {\"tie_word_embeddings\": %s}}";
        assertTrue(read(both.formatted(true, false)).tieWordEmbeddings());
        assertTrue(read(both.formatted(false, true)).tieWordEmbeddings());
        assertFalse(read(both.formatted(false, false)).tieWordEmbeddings());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text_config | is_decoder | false",
                "text_config | position_embedding_type | \"relative_key\"",
                "text_config | pruned_heads | {\"0\": [1]}",
                "text_config | num_attention_heads | 7",
                "text_config | bos_token_id | 30524",
                "text_config | sep_token_id | null",
                "text_config | hidden_act | \"swish8\"",
                "vision_config | is_decoder | true",
                "vision_config | tie_last_hidden_states | true",
                "vision_config | num_attention_heads | 7",
                "vision_config | image_size | [384, 224]",
                "vision_config | patch_size | 385",
                "vision_config | layer_norm_eps | -1",
                "vision_config | quantization_config | {\"bits\": 4}",
            })
    void whatIsNotComputedHereIsRefusedByItsPlace(String part, String key, String value) {
        String json = "{\"model_type\": \"blip\", \"" + part + "\": {\"" + key + "\": " + value + "}}";
        String message =
                assertThrows(ModelLoadingException.class, () -> read(json)).getMessage();
        assertTrue(message.startsWith("config.json: " + part + ": " + key + ": "), message);
    }

    private static BlipConfig read(String json) {
        return BlipConfig.read(PretrainedConfig.parse(json, "config.json"));
    }
}

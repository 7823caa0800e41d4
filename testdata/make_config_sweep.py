"""Writes config-sweep.jsonl.gz: every key of config.json, set to other values, and what transformers makes of the model then.

    python3 testdata/make_config_sweep.py            (transformers 5.18 and torch; some ten minutes)
    python3 testdata/make_config_sweep.py --only mpnet electra    (computes these families anew, and keeps the rest)
    python3 testdata/make_config_sweep.py --maps     (prints each family's other names of keys, its attribute_map)

A checkpoint of fixtures/ is loaded again and again, with its weights as they are and one thing changed in its config.json. The
keys are not listed by hand: they are the fields of the reference's configuration class, its attribute_map, and every
attribute that the reference reads, or looks for, while it loads the model and runs it (a configuration counts them).
To these come keys of older versions, and the values that make sense for a key only (`VALUES`).

One JSON object a line. A checkpoint begins with {"fixture", "class", "outputs"}: some elements of each output of the first
sequence or picture, evenly spread. Each change follows:

    "first"      members put before all others
    "set"        members that are replaced, or added at the end
    "in"         the configuration inside the whole one of which all this is said: "vision_config"
    "unset"      keys taken away
    "reference"  "same": the outputs above; "refuses"; "draws": parameters are missing and drawn at random, so there is
                 nothing to compare; the outputs; or "differs": others, which are not asked for, as they are refused here
    "here"       only where this project is known to do otherwise: "refuses: why", or "answers: why"

The model is computed in float32 whatever `dtype` says, as it is here.
"""

import dataclasses
import gzip
import json
import math
import os
import pathlib
import shutil
import sys
import tempfile
import warnings

os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore")

import packed
import torch
import transformers
from safetensors.torch import load
from transformers.models.idefics.configuration_idefics import IdeficsPerceiverConfig, IdeficsVisionConfig
from transformers.models.idefics3.configuration_idefics3 import Idefics3VisionConfig
from transformers.models.smolvlm.configuration_smolvlm import SmolVLMVisionConfig

FOLDER = pathlib.Path(__file__).parent
TOLERANCE = 5e-6
ELEMENTS = 8

CONFIGS = {
    "bert": transformers.BertConfig,
    "distilbert": transformers.DistilBertConfig,
    "mpnet": transformers.MPNetConfig,
    "electra": transformers.ElectraConfig,
    "roberta": transformers.RobertaConfig,
    "xlm-roberta": transformers.XLMRobertaConfig,
    "camembert": transformers.CamembertConfig,
    "albert": transformers.AlbertConfig,
    "modernbert": transformers.ModernBertConfig,
    "deberta-v2": transformers.DebertaV2Config,
    "gpt2": transformers.GPT2Config,
    "llama": transformers.LlamaConfig,
    "vit": transformers.ViTConfig,
    "deit": transformers.DeiTConfig,
    "dinov2": transformers.Dinov2Config,
    "dinov2_with_registers": transformers.Dinov2WithRegistersConfig,
    "clip_text_model": transformers.CLIPTextConfig,
    "clip_vision_model": transformers.CLIPVisionConfig,
    "perceiver": transformers.PerceiverConfig,
    "idefics": transformers.IdeficsConfig,
    "idefics3": transformers.Idefics3Config,
    "smolvlm": transformers.SmolVLMConfig,
}

# Configurations inside others.
INNER = {
    "idefics": {"vision_config": IdeficsVisionConfig, "perceiver_config": IdeficsPerceiverConfig},
    "idefics3": {"vision_config": Idefics3VisionConfig, "text_config": transformers.LlamaConfig},
    "smolvlm": {"vision_config": SmolVLMVisionConfig, "text_config": transformers.LlamaConfig},
}

# Every key is changed in these; `FURTHER_KEYS` in the first of each family.
EVERY_KEY = [
    ("head-bert-base-old-names", "BertModel"),
    ("head-bert-sequence", "BertForSequenceClassification"),
    ("distilbert-base", "DistilBertModel"),
    ("odd-head-size-7", "DistilBertForSequenceClassification"),
    ("mpnet/base-other-size", "MPNetModel"),
    ("mpnet/sequence", "MPNetForSequenceClassification"),
    ("electra/base", "ElectraModel"),
    ("electra/sequence", "ElectraForSequenceClassification"),
    ("roberta/base", "RobertaModel"),
    ("albert/base", "AlbertModel"),
    ("modernbert/base", "ModernBertModel"),
    ("debertav2/base", "DebertaV2Model"),
    ("gpt2/base", "GPT2Model"),
    ("gpt2/sequence", "GPT2ForSequenceClassification"),
    ("llama/base", "LlamaModel"),
    ("vit-base", "ViTModel"),
    ("vit-classify", "ViTForImageClassification"),
    ("deit-distilled", "DeiTModel"),
    ("deit-distilled", "DeiTForImageClassificationWithTeacher"),
    ("dinov2-swiglu", "Dinov2Model"),
    ("dinov2-classify", "Dinov2ForImageClassification"),
    ("dinov2-registers", "Dinov2WithRegistersModel"),
    ("dinov2-registers", "Dinov2WithRegistersForImageClassification"),
    ("clip/text", "CLIPTextModel"),
    ("clip/vision", "CLIPVisionModel"),
    ("perceiver/sequence", "PerceiverForSequenceClassification"),
    ("idefics/resampler", "IdeficsForVisionText2Text"),
]

# In these, the keys that concern heads.
KEYS_OF_HEADS = [
    ("llama/sequence", "LlamaForSequenceClassification"),
    ("llama/token", "LlamaForTokenClassification"),
    ("llama/answer", "LlamaForQuestionAnswering"),
    ("llama/writing/plain", "LlamaForCausalLM"),
    ("llama/writing/grouped", "LlamaForCausalLM"),
    ("llama/writing/tied", "LlamaForCausalLM"),
    ("head-bert-token-old-names-no-prefix", "BertForTokenClassification"),
    ("head-bert-answer", "BertForQuestionAnswering"),
    ("head-bert-masked", "BertForMaskedLM"),
    ("head-bert-masked-own-decoder", "BertForMaskedLM"),
    ("head-bert-masked-untied", "BertForMaskedLM"),
    ("head-bert-choice", "BertForMultipleChoice"),
    ("head-bert-next-sentence", "BertForNextSentencePrediction"),
    ("head-distilbert-token", "DistilBertForTokenClassification"),
    ("head-distilbert-answer", "DistilBertForQuestionAnswering"),
    ("head-distilbert-masked", "DistilBertForMaskedLM"),
    ("head-distilbert-masked-untied", "DistilBertForMaskedLM"),
    ("head-distilbert-choice", "DistilBertForMultipleChoice"),
    ("distilbert-sinusoidal-relu", "DistilBertForSequenceClassification"),
    ("mpnet/token", "MPNetForTokenClassification"),
    ("mpnet/answer", "MPNetForQuestionAnswering"),
    ("mpnet/masked", "MPNetForMaskedLM"),
    ("mpnet/masked-own-decoder", "MPNetForMaskedLM"),
    ("mpnet/masked-untied", "MPNetForMaskedLM"),
    ("mpnet/choice", "MPNetForMultipleChoice"),
    ("electra/token", "ElectraForTokenClassification"),
    ("electra/answer", "ElectraForQuestionAnswering"),
    ("electra/masked", "ElectraForMaskedLM"),
    ("electra/masked-own-decoder", "ElectraForMaskedLM"),
    ("electra/masked-untied", "ElectraForMaskedLM"),
    ("electra/choice", "ElectraForMultipleChoice"),
    ("electra/discriminator", "ElectraForPreTraining"),
    ("roberta/sequence", "RobertaForSequenceClassification"),
    ("roberta/answer", "CamembertForQuestionAnswering"),
    ("roberta/masked", "XLMRobertaForMaskedLM"),
    ("roberta/masked-untied", "RobertaForMaskedLM"),
    ("albert/sequence", "AlbertForSequenceClassification"),
    ("albert/masked", "AlbertForMaskedLM"),
    ("albert/masked-untied", "AlbertForMaskedLM"),
    ("modernbert/other-size", "ModernBertModel"),
    ("modernbert/sequence-mean", "ModernBertForSequenceClassification"),
    ("modernbert/token", "ModernBertForTokenClassification"),
    ("modernbert/masked-untied", "ModernBertForMaskedLM"),
    ("debertav2/convolution", "DebertaV2Model"),
    ("debertav2/sequence", "DebertaV2ForSequenceClassification"),
    ("debertav2/masked", "DebertaV2ForMaskedLM"),
    ("debertav2/masked-own", "DebertaV2ForMaskedLM"),
    ("perceiver/base", "PerceiverModel"),
    ("perceiver/masked", "PerceiverForMaskedLM"),
    ("perceiver/image-learned", "PerceiverForImageClassificationLearned"),
    ("perceiver/image-fourier", "PerceiverForImageClassificationFourier"),
    ("perceiver/image-conv", "PerceiverForImageClassificationConvProcessing"),
    ("perceiver/flow", "PerceiverForOpticalFlow"),
    ("perceiver/multimodal", "PerceiverForMultimodalAutoencoding"),
    ("idefics/plain", "IdeficsForVisionText2Text"),
]
HEAD_KEYS = {
    "num_labels", "id2label", "label2id", "problem_type", "tie_word_embeddings", "tie_encoder_decoder", "classifier_dropout",
    "is_decoder", "is_encoder_decoder", "add_cross_attention", "hidden_act", "activation", "layer_norm_eps", "vocab_size",
    "num_choices", "sinusoidal_pos_embds", "pooler_act", "return_dict", "output_attentions", "output_hidden_states",
    "chunk_size_feed_forward", "token_classification_bias", "hidden_dropout", "architectures", "num_attention_heads", "n_heads",
}

# Perceivers differ in what is before and behind the latents: these keys say something for some of the classes.
PERCEIVER_KEYS = {
    "d_model", "num_blocks", "qk_channels", "v_channels", "cross_attention_shape_for_attention", "use_query_residual",
    "max_position_embeddings", "image_size", "train_size", "num_frames", "audio_samples_per_frame", "samples_per_patch", "output_shape",
    "output_num_channels", "_label_trainable_num_channels", "num_labels", "vocab_size",
}

ROBERTAS = ("roberta", "xlm-roberta", "camembert")

# Keys that older files have for newer ones, and those that concern some heads.
MODERNBERT_KEYS = {
    "global_attn_every_n_layers", "global_rope_theta", "local_rope_theta", "layer_types", "rope_parameters", "local_attention",
    "sliding_window", "norm_bias", "attention_bias", "mlp_bias", "classifier_bias", "decoder_bias", "classifier_pooling",
    "classifier_activation", "hidden_activation", "norm_eps",
}

DEBERTA_KEYS = {
    "relative_attention", "max_relative_positions", "position_buckets", "pos_att_type", "share_att_key", "norm_rel_ebd",
    "conv_kernel_size", "conv_groups", "conv_act", "embedding_size", "position_biased_input", "type_vocab_size", "legacy",
    "pooler_hidden_act", "pooler_hidden_size", "attention_head_size",
}
# Of these the reference reads beside their own fields no more than others do: what is asked of all families is not asked again.
OF_OWN_KEYS = ("deberta-v2", "clip_text_model", "clip_vision_model")
TOWER_KEYS = {"vision_use_head", "projection_size", "projection_dim", "num_register_tokens", "interpolate_pos_encoding", "problem_type"}
# Keys that say something beside those of heads.
KEYS_OF_FAMILIES = {"modernbert": MODERNBERT_KEYS, "deberta-v2": DEBERTA_KEYS} | {
    tower: TOWER_KEYS for tower in ("clip_text_model", "clip_vision_model")}

# The only keys that are asked of these.
KEYS_OF_FIXTURES = {
    "debertav2/convolution": {"conv_kernel_size", "conv_groups", "conv_act", "layer_norm_eps", "max_relative_positions", "position_buckets"},
    "debertav2/sequence": {"num_labels", "id2label", "problem_type", "pooler_hidden_act", "pooler_hidden_size", "pooler_dropout", "cls_dropout"},
    "debertav2/masked": {"legacy", "tie_word_embeddings", "hidden_act", "layer_norm_eps", "embedding_size", "is_decoder"},
    "debertav2/masked-own": {"legacy", "tie_word_embeddings", "hidden_act", "layer_norm_eps", "embedding_size"},
}

# Of models that read pictures among words, with and without a resampler, tied and not.
MIXED_KEYS = {
    "tie_word_embeddings", "alpha_type", "alpha_initializer", "use_resampler", "qk_layer_norms", "additional_vocab_size", "vocab_size",
    "cross_layer_interval", "hidden_act", "rms_norm_eps", "scale_factor", "image_token_id", "pad_token_id", "vision_config",
    "text_config", "perceiver_config",
}

# Of these and of configurations inside them, beside their own fields.
FURTHER_MIXED_KEYS = {
    "architectures", "attention_bias", "attribute_map", "dtype", "embed_dim", "head_dim", "hidden_size", "image_seq_len", "is_causal",
    "is_decoder", "layer_types", "mlp_bias", "model_type", "n_embd", "num_heads", "num_key_value_heads", "per_layer_config",
    "perceiver_config", "pruned_heads", "quantization_config", "rope_scaling", "rope_theta", "sliding_window", "tie_last_hidden_states",
    "tie_word_embeddings", "use_cls", "use_resampler", "vision_feature_layer", "image_token_index", "qk_layer_norms", "_attn_implementation",
}

NOT_OF_OTHERS = {
    "perceiver_config", "use_resampler", "image_seq_len", "image_token_index", "qk_layer_norms", "vision_feature_layer", "use_cls", "n_embd",
    "num_heads", "embed_dim", "_attn_implementation", "tie_word_embeddings",
}

# What the reference reads is found by watching; these are keys of other families, of older versions, and of files beside it.
FURTHER_KEYS = [
    "torch_dtype", "use_return_dict", "pruned_heads", "position_embedding_type", "gradient_checkpointing", "output_past",
    "use_bfloat16", "torchscript", "finetuning_task", "task_specific_params", "prefix", "tie_encoder_decoder", "num_choices",
    "directionality", "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head",
    "pooler_type", "tie_weights_", "vocab_size_or_config_json_file", "quantization_config", "attn_implementation",
    "_attn_implementation", "name_or_path", "_name_or_path", "_commit_hash", "_num_labels", "language", "n_layer", "n_head",
    "d_model", "num_heads", "embed_dim", "ffn_dim", "intermediate_size", "hidden_dim", "dim", "n_layers", "n_heads",
    "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim", "attention_bias", "mlp_bias",
    "use_bias", "rms_norm_eps", "layer_norm_epsilon", "attention_head_size", "scale_attn_weights", "layer_types",
    "sliding_window", "attention_chunk_size", "is_causal", "use_bidirectional_attention", "per_layer_config",
    "tie_last_hidden_states", "text_config", "vision_config", "decoder", "encoder", "auto_map", "adapter_path", "rope_scaling",
    "rope_theta", "rope_parameters", "partial_rotary_factor", "temperature", "top_k", "num_beams", "num_register_tokens",
    "use_mask_token", "use_swiglu_ffn", "qkv_bias", "mlp_ratio", "drop_path_rate", "layerscale_value", "image_size",
    "patch_size", "out_features", "out_indices", "_out_features", "_out_indices", "stage_names", "encoder_stride",
    "interpolate_pos_encoding", "use_absolute_position_embeddings", "use_relative_position_bias", "pooler_output_size",
    "pooler_act", "is_decoder", "add_cross_attention", "cross_attention_hidden_size", "architectures", "model_type",
    "sbert_ce_default_activation_function", "sentence_transformers", "transformers_version", "attribute_map",
    "configuration_files", "custom_pipelines", "use_pooler", "add_pooling_layer", "embedding_size",
    "sinusoidal_pos_embds", "type_vocab_size", "layer_norm_eps", "bad_words_ids", "num_labels", "experts_implementation",
    "transformers_weights", "unknown_key", "",
]

# How positions turn queries and keys, of every kind, with what a kind needs and without.
LINEAR = {"rope_type": "linear", "factor": 2.0}
LLAMA3 = {"rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8}
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 8}
LONGROPE = {
    "rope_type": "longrope", "factor": 4.0, "short_factor": [1.0, 1.0, 1.5, 2.0], "long_factor": [1.0, 2.0, 3.0, 4.0],
    "original_max_position_embeddings": 32}
ROPES = [
    {}, {"rope_theta": 10.0}, {"rope_type": None}, {"rope_type": None, "type": "linear", "factor": 2.0}, {"type": None},
    {"rope_type": "default"}, {"rope_type": "default", "rope_theta": 10.0}, {"rope_type": "default", "factor": 8.0},
    {"rope_type": "nonsense", "factor": 2.0}, {"rope_type": "", "factor": 2.0}, {"rope_type": 3}, {"rope_type": "Linear", "factor": 2.0},
    {"rope_type": "mrope", "mrope_section": [1, 1, 2]}, {"type": "mrope"}, {"rope_type": "proportional", "rope_theta": 10.0},
    {"rope_type": "proportional", "rope_theta": 10.0, "partial_rotary_factor": 0.5}, {"rope_type": "axial"},
    {"type": "linear", "factor": 2.0}, {"type": "default", "rope_type": "linear", "factor": 2.0},
    {"type": "linear", "rope_type": "default", "factor": 2.0}, {"rope_type": "linear"}, {"full_attention": LINEAR}, [LINEAR], "linear", 3,
    *({"rope_type": "default", "rope_theta": theta} for theta in (None, 0, 0.5, 1, 10, -3.0, "10", True, [10.0])),
    *({"rope_type": "default", "partial_rotary_factor": factor} for factor in (None, 1, 1.0, 0.5, 0, 2.0, "1")),
    *(LINEAR | {"factor": factor} for factor in (None, 0, 1, 2, 0.5, -2.0, "2", True, [2.0])),
    LINEAR | {"unknown_key": 5}, LINEAR | {"rope_theta": 10.0}, LINEAR | {"partial_rotary_factor": 0.5},
    {"rope_type": "dynamic"}, {"rope_type": "dynamic", "factor": 2.0}, {"rope_type": "dynamic", "factor": -2.0},
    {"rope_type": "dynamic", "factor": 2.0, "original_max_position_embeddings": 4}, {"rope_type": "dynamic", "factor": 2.0, "alpha": 5.0},
    LLAMA3, *({key: value for key, value in LLAMA3.items() if key != left} for left in LLAMA3 if left != "rope_type"),
    *(LLAMA3 | {"low_freq_factor": low} for low in (None, 0, 4.0, 5.0, -1.0, "1")),
    *(LLAMA3 | {"high_freq_factor": high} for high in (None, 0, 1.0, 0.5, 2, "4")),
    *(LLAMA3 | {"original_max_position_embeddings": some} for some in (None, 0, 8.0, 1000, -8, "8")),
    *(LLAMA3 | {"factor": factor} for factor in (None, 0, 0.5, -4.0, "4")),
    YARN, *({key: value for key, value in YARN.items() if key != left} for left in YARN if left != "rope_type"),
    *(YARN | {"factor": factor} for factor in (None, 0, 1, 0.5, -4.0, "4")),
    *(YARN | {"original_max_position_embeddings": some} for some in (None, 0, 8.0, 1000, -8, "8")),
    *(YARN | {"attention_factor": factor} for factor in (None, 0, 1, 0.5, 2.0, -1.0, "1")),
    *(YARN | {"beta_fast": beta} for beta in (None, 0, 4, 0.5, -1.0, "4")), *(YARN | {"beta_slow": beta} for beta in (None, 0, 4, 0.5, 64.0, "4")),
    YARN | {"mscale": 2.0}, YARN | {"mscale_all_dim": 2.0}, *(YARN | {"mscale": 2.0, "mscale_all_dim": all} for all in (None, 0, 2.0, 0.5, -1.0)),
    YARN | {"mscale": 0, "mscale_all_dim": 1.0}, *(YARN | {"truncate": truncate} for truncate in (None, True, False, 0, "x")),
    YARN | {"mscale": 2.0, "mscale_all_dim": 0.5, "attention_factor": 3.0}, YARN | {"partial_rotary_factor": 0.5},
    LONGROPE, LONGROPE | {"original_max_position_embeddings": 4}, {"rope_type": "su"}, {"type": "su", "short_factor": [1.0] * 4},
]

# Beside those that go by the type of a key's value.
VALUES = {
    "num_labels": [1, 3, 4, 5, None, "2", 2.0, -1, 0, True],
    "id2label": [
        None, {}, {"0": "a"}, {"0": "a", "1": "b"}, {"0": "a", "7": "b"}, {str(i): f"x{i}" for i in range(5)},
        {str(i): i for i in range(5)}, {str(i): None for i in range(5)}, {"x": "a"}, {"-1": "a", "0": "b"}, {"01": "a", "1": "b"},
        ["a", "b"], "a", 2,
    ],
    "label2id": [None, {}, {"a": 0}, {"a": "0"}, {"a": 7, "b": 7}, {"a": None}, ["a"], 3],
    "problem_type": ["regression", "single_label_classification", "multi_label_classification", "guessing", 3],
    "architectures": [[], ["BertModel"], ["Unknown"], [None], [3], "DistilBertModel", {}],
    "dtype": ["float16", "bfloat16", "float64", "float32", "auto", "half", "int8", "nonsense"],
    "torch_dtype": ["float16", "bfloat16", "float64", "float32", "auto", "int8", "nonsense"],
    "attn_implementation": ["eager", "sdpa", "nonsense", 3],
    "_attn_implementation": ["eager", "sdpa", "nonsense", 3],
    "position_embedding_type": ["absolute", "relative_key", "relative_key_query", "nonsense", 3],
    "is_causal": [True, False, 2, "nonsense"],
    "pruned_heads": [{}, {"0": [0]}, {"0": []}, [], 3],
    "quantization_config": [{}, {"quant_method": "bitsandbytes", "load_in_8bit": True}, {"quant_method": "gptq", "bits": 4}, {"x": 1}],
    "per_layer_config": [{}, {"0": {}}, {"0": {"layer_norm_eps": 0.5}}, {"0": {"skip": ["attention"]}}, {"99": {"layer_norm_eps": 0.5}}, [], 3],
    "layer_types": [[], ["full_attention"], ["full_attention"] * 2, ["sliding_attention"] * 2, ["nonsense"] * 2, "x"],
    "text_config": [{}, {"hidden_size": 4}, {"vocab_size": 7}],
    "decoder": [{}, {"hidden_size": 4}],
    "vision_config": [{}, {"hidden_size": 4}, {"model_type": "vit", "hidden_size": 4}],
    "attribute_map": [{}, {"hidden_size": "n_layers"}, {"num_attention_heads": "n_heads"}, {"layer_norm_eps": "initializer_range"}],
    "model_type": ["bert", "distilbert", "vit", "deit", "dinov2", "dinov2_with_registers", "roberta", "nonsense", 3],
    "out_features": [[], ["stem"], ["stage1"], ["nonsense"], "stage1"],
    "_out_features": [[], ["stem"], ["stage1"], ["nonsense"], "stage1"],
    "out_indices": [[], [0], [1], [-1], [99]],
    "_out_indices": [[], [0], [1], [-1], [99]],
    "stage_names": [[], ["stem"], ["a", "b", "c"]],
    "image_size": [[32, 32], [32, 64], [64, 32], [32], [32, 32, 32], [], 40, 24, 16, 8, 4, {"height": 32, "width": 32}],
    "patch_size": [[8, 8], [8, 4], [8], [8, 8, 8], [], 4, 7, 16, 32, 33, 64, {"height": 8, "width": 8}],
    "mlp_ratio": [2, 3, 8, 4.0, 2.5, 1],
    # A whole number stops the reference; here 1 is 1.0.
    "layer_norm_eps": [0.0, -0.5, 0.001, 0.1, 1.0, 100.0, 1e39, True, "0.1"],
    "layer_norm_epsilon": [0.0, -0.5, 0.001, 0.1, 1.0, 100.0, 1e39, True, "0.1"],
    "norm_eps": [0.0, -0.5, 0.001, 0.1, 1.0, 100.0, 1e39, True, "0.1"],
    "rope_scaling": [{"type": "linear", "factor": 2.0}],
    "rope_parameters": [{"rope_type": "default", "rope_theta": 10.0}],
    "sentence_transformers": [{"activation_fn": "torch.nn.modules.linear.Identity"}],
    "auto_map": [{"AutoModel": "modeling.Nothing"}],
    "configuration_files": [[], ["config.json"], ["config.4.0.0.json"]],
    "eos_token_id": [[1, 2], [1, "2"]],
    "global_attn_every_n_layers": [1, 2, 3, 4, 0, -1, None, 2.0, "2", True],
    "global_rope_theta": [10.0, 10, 0.5, 1.0, 0, -3.0, None, "10.0", True],
    "local_rope_theta": [10.0, 10, 0.5, 1.0, 0, -3.0, None, "10.0", True],
    "classifier_pooling": ["cls", "mean", "max", "", 3],
    "summary_type": ["first", "last", "mean", "cls_index", "attn", "nonsense", "", 3],
    "transformers_weights": ["model.safetensors", "other.safetensors"],
    "cross_attention_shape_for_attention": ["q", "kv", "nonsense", "", 3, []],
    "qk_channels": [None, 1, 5, 11, 12, 13, 14, 15, 16, 18, 21, 30, 0, -1, True, 15.0, "15"],
    "v_channels": [None, 1, 5, 11, 12, 13, 14, 15, 16, 18, 21, 0, -1, True, 15.0, "15"],
    "train_size": [[5, 7], [7, 5], [35, 1], [5], [5, 7, 1], [10, 14], [5, 7.0], [], 5, "x"],
    "output_shape": [[1, 2, 8, 8], [3, 2, 8, 8], [1, 4, 8, 4], [1, 2, 16, 16], [2, 8, 8], [], 5],
}
# Likewise, for families that turn queries and keys.
VALUES_OF_ROPES = {
    "rope_scaling": ROPES[::3],
    "rope_parameters": ROPES,
    "rope_theta": [10.0, 10, 0.5, 1.0, 0, 0.0, -3.0, 1e30, None, "10.0", True, [10.0]],
    "partial_rotary_factor": [1.0, 1, 0.5, 0.0, -1.0, 2.0, None, "1.0", True],
    "original_max_position_embeddings": [8, 0, -1, None, 8.0, "8", True],
    "rms_norm_eps": [0.0, -0.5, 0.001, 0.1, 1.0, 100.0, 1e39, True, "0.1", 0],
}
# Of ModernBERT, whose layers of two kinds turn by numbers of their own.
VALUES_OF_MODERNBERT = {
    "rope_parameters": [
        {}, {"rope_type": "default", "rope_theta": 10.0}, {"rope_theta": 10.0}, {"full_attention": {}},
        {"sliding_attention": {"rope_theta": 10}}, {"full_attention": {"rope_theta": 10.0}, "rope_theta": 5.0}, {"full_attention": 3}, 3,
        *({"full_attention": inside} for inside in (
            {"rope_theta": None}, {"rope_theta": 0}, {"rope_theta": -3.0}, {"rope_theta": "10"}, {"rope_theta": True}, {"rope_type": None},
            {"rope_type": "nonsense"}, LINEAR, {"type": "linear", "factor": 2.0}, {"type": "default"}, {"partial_rotary_factor": 0.5})),
    ],
}
ACTIVATIONS = [
    "gelu", "gelu_new", "gelu_fast", "gelu_10", "gelu_python", "gelu_pytorch_tanh", "gelu_accurate", "gelu_python_tanh", "quick_gelu",
    "relu", "relu2", "relu6", "leaky_relu", "silu", "swish", "tanh", "sigmoid", "linear", "mish", "hardswish", "laplace",
    "prelu", "xielu", "GELU", "", "nonsense",
]
VALUES_OF_DEBERTA = {
    "pos_att_type": [
        [], ["c2p"], ["p2c"], ["c2p", "p2c"], ["c2p", "c2p"], "c2p|p2c", "P2C | C2P", "c2p", "", ["nonsense"], ["p2p", "c2p"], ["C2P"], 3],
    "norm_rel_ebd": ["none", "layer_norm", " LAYER_NORM | x", "nonsense", "", 3, ["layer_norm"]],
    "position_buckets": [0, -1, 1, 2, 3, 5, 6, 7, 8, 12, 100, True, 6.0, "6"],
    "max_relative_positions": [0, -1, 1, 2, 3, 4, 5, 6, 8, 16, 28, 100, True, 6.0, "6"],
    "conv_kernel_size": [0, -1, 1, 2, 3, 5, True, 3.0, "3"],
    "conv_groups": [1, 2, 0, -1, True, "1"],
    "conv_act": ["tanh", "gelu", "relu", "linear", "TANH", "nonsense", "", 3],
    "pooler_hidden_act": ["tanh", "gelu", "nonsense", 3],
    "attention_head_size": [5, 8, 4, 1, 0, True, 5.0, "5"],
}
# Keys without which a model has fewer tensors than its file, by family.
LEAVES_OUT = {
    "modernbert": ("norm_bias", "attention_bias", "mlp_bias"), "albert": ("num_hidden_groups",),
    "deberta-v2": ("norm_rel_ebd", "relative_attention", "conv_kernel_size"),
}
VALUES_OF_FAMILIES = {
    "llama": VALUES_OF_ROPES, "idefics": VALUES_OF_ROPES, "modernbert": VALUES_OF_MODERNBERT,
    "deberta-v2": VALUES_OF_DEBERTA,
}
TYPES_OF_VALUES = {
    bool: [True, False, 0, 1, "true", {}],
    int: [0, -1, 1, 2, 3, 7, 10**9, 10**30, True, 3.0, "3", [3]],
    float: [0, -0.5, 0.001, 0.1, 1, 100, 1e39, True, "0.1"],
    str: ["nonsense", "", 3, []],
    type(None): [True, 2, "nonsense"],
    list: [[], "nonsense"],
    dict: [{}, "nonsense"],
}

# Keys of which this project reads nothing, so that a value which stops the reference does not stop it.
NEVER_READ = {
    "_attn_implementation", "_experts_implementation", "_heterogeneity_spec", "_out_features", "_out_indices", "apply_layernorm",
    "attention_dropout", "attention_probs_dropout_prob", "attn_implementation", "auto_map", "base_model_ep_plan",
    "base_model_fsdp_plan", "base_model_pp_plan", "base_model_tp_plan", "bos_token_id", "chunk_size_feed_forward",
    "classifier_dropout", "drop_path_rate", "dropout", "dtype", "encoder_stride", "eos_token_id", "experts_implementation",
    "fusion_config", "hidden_dropout_prob", "initializer_range", "is_heterogeneous", "layer_types", "layerscale_value",
    "mtp_layer_types", "out_features", "out_indices", "pad_token_id", "qa_dropout", "reshape_hidden_states", "return_dict",
    "seq_classif_dropout", "sinusoidal_pos_embds", "stage_names", "sub_configs", "torch_dtype", "use_cache", "use_mask_token",
    "use_return_dict", "vision_feature_select_strategy", "summary_first_dropout", "summary_last_dropout", "attn_pdrop", "embd_pdrop",
    "resid_pdrop", "attention_chunk_size", "decoder", "generator", "num_kv_shared_layers", "sliding_window", "text_config",
    "pretraining_tp", "_rope_type_labels", "hidden_dropout", "classifier_dropout_prob",
}
# Likewise of ModernBERT, whose layers are of the kinds that are named, and whose window has two names.
NEVER_READ_OF_MODERNBERT = NEVER_READ - {"layer_types", "sliding_window"} | {
    "embedding_dropout", "mlp_dropout", "initializer_cutoff_factor", "deterministic_flash_attn", "sparse_prediction",
    "sparse_pred_ignore_index", "cls_token_id", "sep_token_id", "default_theta", "head_dim", "mlp_layer_types",
}
NEVER_READ_OF_OTHERS = {"pooler_dropout", "cls_dropout", "initializer_factor"}
ACTIVATIONS_HERE = [name for name in ACTIVATIONS if name not in ("laplace", "prelu", "xielu", "GELU", "", "nonsense")]


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def answers_all_the_same(keys, value, unset, sweep, inner=None):
    """Why this project answers as if nothing were changed where the reference refuses; none where it refuses too."""
    config = sweep.config
    if sweep.is_mixed():
        return mixed_answers({next(iter(keys)): value} if len(keys) == 1 else value, inner, sweep)
    if keys == {"pad_token_id"} and sweep.class_name == "GPT2ForSequenceClassification":
        return "a batch without padding needs none" if value is None else None
    if sweep.class_name == "LlamaForCausalLM" and keys <= {"bos_token_id", "eos_token_id", "pad_token_id"}:
        ids = value if isinstance(value, list) else [value]
        return "an id in a list is one" if keys != {"pad_token_id"} and all(map(is_whole, ids)) else None
    if config["model_type"] == "llama" and (why := rope_answers(keys, value)):
        return why
    if keys == {"pad_token_id"} and config["model_type"] in ROBERTAS or keys == {"eos_token_id"} and config["model_type"] == "clip_text_model":
        return None
    if config["model_type"] == "modernbert" and (why := modernbert_answers(keys, value, sweep)):
        return why
    if config["model_type"] in OF_OWN_KEYS and keys <= NEVER_READ_OF_OTHERS:
        return "does not change the answers, and is not read"
    if config["model_type"] == "deberta-v2" and not sweep.class_name.endswith("MaskedLM") and keys == {"legacy"}:
        return "is read for one head only, and this is another"
    if sweep.fixture == "debertav2/masked-own" and keys == {"tie_word_embeddings"}:
        return "this head scores with the embeddings, tied or not"
    if sweep.class_name == "DebertaV2Model" and keys <= {"pooler_hidden_act", "pooler_hidden_size"}:
        return "is read for heads only"
    if keys <= (NEVER_READ_OF_MODERNBERT if config["model_type"] == "modernbert" else NEVER_READ):
        return "does not change the answers, and is not read"
    if keys == {"num_labels"} and not unset and config.get("id2label") and not (is_whole(value) and value < 1):
        return "id2label tells the labels, as in transformers 4"
    if keys == {"id2label", "num_labels"} and value["id2label"] and len(value["id2label"]) == sweep.labels():
        return "id2label tells the labels, as in transformers 4"
    if keys == {"id2label", "num_labels"} and value["id2label"] and sweep.labels() is None:
        return "id2label tells the labels, as in transformers 4"
    if keys <= {"id2label", "label2id", "num_labels"} and sweep.class_name.endswith("ForQuestionAnswering"):
        members = {next(iter(keys)): value} if len(keys) == 1 else value
        labels, number = members.get("id2label"), members.get("num_labels", 1)
        if (not labels or sweep.are_labels(labels)) and (labels or is_whole(number) and number >= 0):
            return "an answer has a beginning and an end, whatever the labels"
    if next(iter(keys)).startswith("summary_") and not sweep.class_name.endswith("MultipleChoice"):
        return "is read for one head only, and this is another"
    if keys == {"mlp_ratio"} and isinstance(value, float) and value == config["mlp_ratio"]:
        return "a number is one with and without a fraction"
    if keys == {"rms_norm_eps"} and is_whole(value) and 0 <= value <= 1:
        return "a number is one with and without a fraction"
    if keys == {"tie_word_embeddings"} and not sweep.class_name.endswith(("MaskedLM", "CausalLM")):
        return "does not change the answers of this head, and is not read for it"
    if keys in ({"is_decoder"}, {"add_cross_attention"}, {"attribute_map"}, {"configuration_files"}) and value is None:
        return "null says nothing"
    if config["model_type"] == "gpt2" and keys == {"attribute_map"} and value == {}:
        return "an empty map says nothing"
    return None


def modernbert_answers(keys, value, sweep):
    """Why this project's ModernBERTs answer where the reference refuses."""
    pooled = sweep.class_name.endswith(("ForSequenceClassification", "ForMultipleChoice"))
    if keys == {"classifier_pooling"} and not pooled or keys == {"decoder_bias"} and not sweep.class_name.endswith("MaskedLM"):
        return "is read for one head only, and this is another"
    if keys <= {"classifier_bias", "classifier_activation"} and sweep.class_name.endswith("Model"):
        return "is read for heads only"
    if keys == {"sliding_window"} and value is None:
        return "null says nothing"
    return None


def rope_answers(keys, value):
    """Why this project turns positions of which the reference says that a number is missing."""
    if len(keys) > 1 or not keys <= {"rope_parameters", "rope_scaling"} or not isinstance(value, dict) or "factor" in value:
        return None
    return "up to the last position the factor makes no difference" if value.get("rope_type") == "dynamic" else None


def refuses_on_purpose(keys, value, reference, sweep, inner=None):
    """Why this project refuses what the reference answers; none where it answers too."""
    config = sweep.config
    numbers = isinstance(reference, dict)
    if sweep.is_mixed():
        return mixed_refuses({next(iter(keys)): value} if len(keys) == 1 else value, numbers, inner, sweep)
    fields = {field.name for field in dataclasses.fields(CONFIGS[config["model_type"]])}
    if config["model_type"] == "perceiver" and (why := perceiver_refuses(keys, value, sweep)):
        return why
    if config["model_type"] == "llama" and (why := llama_refuses({next(iter(keys)): value} if len(keys) == 1 else value, sweep)):
        return why
    if config["model_type"] in ROBERTAS and keys == {"pad_token_id"} and not (is_whole(value) and value >= 0):
        return "out of range"
    if config["model_type"] == "albert" and (why := albert_refuses(keys, value, numbers)) is not None:
        return why or None
    if config["model_type"] == "modernbert" and (why := modernbert_refuses({next(iter(keys)): value} if len(keys) == 1 else value, numbers, sweep)):
        return why
    if keys == {"projection_dim"} and not (is_whole(value) and value > 0) and config["model_type"].startswith("clip"):
        return "out of range"
    if config["model_type"] == "deberta-v2" and (why := deberta_refuses(next(iter(keys)), value, numbers, sweep)):
        return why
    if keys == {"summary_activation"} and (value == "" or not sweep.class_name.endswith("MultipleChoice")):
        return None
    if keys <= {"hidden_act", "activation", "activation_function", "pooler_act", "summary_activation"} & fields and value not in ACTIVATIONS_HERE:
        return "no activation of this name is known"
    if config["model_type"] != "perceiver" and keys <= {"layer_norm_eps", "layer_norm_epsilon", "rms_norm_eps"} & fields and not 0 <= value <= 1:
        return "out of range"
    if keys <= {"num_hidden_layers", "n_layers", "n_layer", "num_self_attends_per_block"} and numbers:
        return "layers of the file would be left out"
    if keys == {"qkv_bias"} and numbers:
        return "biases of the file would be left out"
    if keys == {"architectures"} and value and not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
        return "not names of classes"
    if keys == {"architectures"} and value == {}:
        return "not names of classes"
    if keys == {"id2label"} and (numbers or value and not sweep.are_labels(value)):
        return "not a name for each output"
    if keys == {"id2label", "num_labels"} and len(value["id2label"]) != sweep.labels() and sweep.labels():
        return "id2label and num_labels disagree, and the file is like num_labels"
    if keys == {"num_labels"}:
        mapped = bool(config.get("id2label"))
        if value is True and not mapped or is_whole(value) and value < (1 if mapped else 0):
            return "not a number of labels"
    pictures = sweep.is_vision() and config["model_type"] != "perceiver"
    if keys == {"image_size"} and pictures and isinstance(value, list) and len(value) != 2:
        return "not height and width"
    if config["model_type"] in ("gpt2", "llama", "clip_text_model") and keys == {"is_causal"}:
        return None if value is True else "attention that sees later tokens is not supported for this family"
    if config["model_type"] == "gpt2" and keys == {"is_decoder"}:
        return None
    if config["model_type"] in ("llama", "clip_text_model") and keys <= {"is_decoder", "add_cross_attention"}:
        return None
    if keys in ({"is_decoder"}, {"add_cross_attention"}, {"is_causal"}) and value is not None and value is not False:
        return "causal attention and cross-attention are not supported; transformers asks some families only"
    if keys == {"is_decoder", "add_cross_attention"}:
        return "causal attention and cross-attention are not supported; transformers asks some families only"
    if keys == {"model_type"} and value not in CONFIGS:
        return "a family that does not run here, and may not compute the same"
    if keys == {"num_register_tokens"} and sweep.is_vision() and config["model_type"] not in OF_OWN_KEYS and "num_register_tokens" not in config and value not in (None, 0):
        return "no tokens of this kind in this family"
    if keys == {"num_register_tokens"} and sweep.is_vision() and "num_register_tokens" in config and value is True:
        return "not a number of tokens"
    if keys in ({"per_layer_config"}, {"attribute_map"}, {"pruned_heads"}) and value not in (None, {}):
        return "changes what other keys mean"
    if sweep.class_name == "ElectraForMultipleChoice" and keys == {"summary_type"} and value != "first":
        return "depends on padding"
    if sweep.class_name == "ElectraForMultipleChoice" and keys <= {"summary_use_proj", "summary_proj_to_labels"} and numbers:
        return "another summary of a text"
    if keys == {"position_embedding_type"} and config["model_type"] in ("bert", "electra", "albert", *ROBERTAS) and value not in (None, "absolute"):
        return "weights for relative positions, which transformers 5 leaves out"
    if keys == {"problem_type"} and value not in (None, "regression", "single_label_classification", "multi_label_classification"):
        return "not a kind of problem"
    if keys == {"pooler_output_size"} and is_whole(value) and value < 0:
        return "out of range"
    if keys == {"tie_last_hidden_states"} and value is not None and value is not False and (sweep.is_vision() or numbers):
        return "another last hidden state"
    if keys == {"num_attention_heads"} and value is True and config["model_type"] != "perceiver":
        return "not a number of heads"
    return None


def albert_refuses(keys, value, numbers):
    """Why this project refuses what the reference's ALBERTs answer; nothing where it answers; none where the family makes no difference."""
    if keys == {"num_hidden_layers"}:
        return "not a number of layers" if is_whole(value) and value < 0 else ""
    if keys <= {"num_hidden_groups", "inner_group_num"} and numbers:
        return "blocks of the file would be left out"
    return None


def modernbert_refuses(members, numbers, sweep):
    """Why this project refuses what the reference's ModernBERTs answer."""
    key, value = next(iter(members.items()))
    if key in ("hidden_activation", "classifier_activation") and value not in ACTIVATIONS_HERE:
        return "no activation of this name is known" if key[0] == "h" or not sweep.class_name.endswith("Model") else None
    if key == "norm_eps" and not 0 <= value <= 1:
        return "out of range"
    if key in ("norm_bias", "attention_bias", "mlp_bias") and numbers:
        return "biases of the file would be left out"
    if key in ("local_attention", "sliding_window") and (not is_whole(value) or value < 0):
        return "not a number of tokens"
    if key == "global_attn_every_n_layers" and not sweep.config.get("layer_types") and (not is_whole(value) or value < 1):
        return "not a number of layers"
    if key in ("global_rope_theta", "local_rope_theta") and (not is_number(value) or value <= 0):
        return "out of range"
    if key == "rope_parameters" and (inside := (value or {}).get("full_attention")):
        if inside.get("rope_type", inside.get("type", "default")) != "default":
            return "positions are not scaled in this family"
        theta = inside.get("rope_theta", 1)
        return None if is_number(theta) and theta > 0 else "out of range"
    if "rope_scaling" in members and members["rope_scaling"] not in (None, {}):
        return "positions are not scaled in this family"
    positions = members.get("max_position_embeddings")
    if is_whole(positions) and positions < sweep.inputs["input_ids"].shape[1]:
        return "fewer positions than the text has tokens"
    return None


def deberta_refuses(key, value, numbers, sweep):
    """Why this project refuses what the reference's DeBERTas answer."""
    if key == "max_position_embeddings" and is_whole(value) and value < sweep.inputs["input_ids"].shape[1]:
        return "fewer positions than the text has tokens"
    if key == "max_relative_positions" and is_whole(value) and 0 < value - 1 <= sweep.config["position_buckets"] // 2:
        return "fewer distances than buckets for them"
    if key == "max_relative_positions" and value is not True and value == 1:
        return "fewer distances than buckets for them"
    if key == "pos_att_type" and value not in ([], "c2p", "C2P", "p2c") and not parts_known(value):
        return "a part of the scores that is not known"
    if key in ("norm_rel_ebd", "conv_kernel_size", "relative_attention") and numbers:
        return "tensors of the file would be left out"
    if key == "share_att_key" and value in (1, "true") and value is not True:
        return "not true or false"
    if key == "type_vocab_size" and is_whole(value) and value < 0:
        return "out of range"
    if key == "conv_act" and "conv_kernel_size" in sweep.config and value not in ACTIVATIONS_HERE:
        return "no activation of this name is known"
    return None


def parts_known(value):
    names = [name.strip() for name in value.lower().split("|")] if isinstance(value, str) else value or []
    return isinstance(names, list) and all(name in ("c2p", "p2c") for name in names)


def llama_refuses(members, sweep):
    """Why this project refuses what the reference's LLaMAs answer."""
    positions = members.get("max_position_embeddings")
    if is_whole(positions) and positions < sweep.inputs["input_ids"].shape[1]:
        return "fewer positions than the text has tokens"
    if members.get("head_dim", 2) == 1:
        return "channels are turned in pairs"
    bias = members.get("token_classification_bias", True)
    if sweep.class_name == "LlamaForTokenClassification" and not isinstance(bias, bool):
        return "not true or false"
    if (part := members.get("partial_rotary_factor")) is not None and (part != 1 or not is_number(part)):
        return "some channels would be turned and others not, by some kinds of rotary embedding"
    for name in ("rope_parameters", "rope_scaling"):
        if isinstance(rope := members.get(name), dict) and (why := rope_refuses(rope)):
            return why
    return None


def rope_refuses(rope):
    kind = rope.get("rope_type", rope.get("type", "default"))
    if kind not in ("default", "linear", "dynamic", "llama3", "yarn"):
        return "not a kind of rotary embedding that is supported"
    if (part := rope.get("partial_rotary_factor")) is not None and (part != 1 or not is_number(part)):
        return "some channels would be turned and others not, by some kinds of rotary embedding"
    if kind == "yarn" and rope.get("factor") is None:
        return "not a number"
    for key, number in rope.items():
        if kind == "dynamic" and key == "factor":
            continue
        positive = key in ("rope_theta", "factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings")
        if key.startswith(("beta", "mscale", "attention")) or positive:
            if number is not None and (not is_number(number) or number < 0 or positive and number == 0):
                return "out of range"
    if isinstance(rope.get("original_max_position_embeddings"), float):
        return "not a number of positions"
    if "truncate" in rope and not isinstance(rope["truncate"], bool):
        return "not true or false"
    return None


# Of models that read pictures among words: what begins a training, and what is frozen in one.
NEVER_READ_OF_MIXED = {
    "alpha_initializer", "alphas_initializer_range", "attention_dropout", "dropout", "dtype", "freeze_lm_head", "freeze_text_layers",
    "freeze_text_module_exceptions", "freeze_vision_layers", "freeze_vision_module_exceptions", "initializer_factor",
    "initializer_range", "layer_types", "torch_dtype", "use_cache", "pretraining_tp", "transformers_version", "return_dict",
    "_attn_implementation", "output_hidden_states", "output_attentions", "chunk_size_feed_forward", "is_encoder_decoder",
}


def mixed_answers(members, inner, sweep):
    """Why this project answers as if nothing were changed where the reference of pictures among words refuses."""
    key, value = next(iter(members.items()))
    if len(members) == 1 and inner != "vision_config" and (why := rope_answers({key}, value)):
        return why
    if set(members) <= NEVER_READ_OF_MIXED:
        return "does not change the answers, and is not read"
    if inner in ("vision_config", "perceiver_config") and key in (
            "rope_scaling", "rope_parameters", "tie_word_embeddings", "use_resampler", "head_dim", "bos_token_id", "eos_token_id", "pad_token_id"):
        return "does not change the answers, and is not read"
    if key == "attribute_map" and value in (None, {}):
        return "an empty map says nothing"
    if members == {"bos_token_id": [3]}:
        return "an id in a list is one"
    if set(members) == {"id2label", "num_labels"} and value or key == "sliding_window":
        return "does not change the answers, and is not read"
    if inner == "perceiver_config" and key in ("attribute_map", "per_layer_config"):
        return "does not change the answers, and is not read"
    if (key == "perceiver_config" or inner == "perceiver_config") and not sweep.config["use_resampler"]:
        return "there is no resampler"
    if inner == "text_config" and key in ("tie_word_embeddings",):
        return "does not change the answers, and is not read"
    return None


def mixed_refuses(members, numbers, inner, sweep):
    """Why this project refuses what the reference of pictures among words answers."""
    key, value = next(iter(members.items()))
    text = inner == "text_config" or inner is None and "text_config" not in INNER[sweep.config["model_type"]]
    if inner is None and key in ("vision_config", "perceiver_config", "text_config"):
        return None
    if inner == "perceiver_config" and not sweep.config["use_resampler"] and key not in ("architectures", "model_type"):
        return None
    if text and (why := llama_refuses(members, sweep)):
        return why
    if key in ("use_resampler", "qk_layer_norms", "qk_layer_norms_perceiver", "cross_layer_interval", "num_hidden_layers", "resampler_depth") and numbers:
        return "tensors of the file would be left out" if inner != "perceiver_config" or key != "use_resampler" else None
    if key == "hidden_act" and inner != "perceiver_config" and (text or inner) and value not in ACTIVATIONS_HERE:
        return "no activation of this name is known"
    if (text and key == "rms_norm_eps" or inner == "vision_config" and key == "layer_norm_eps") and not 0 <= value <= 1:
        return "out of range"
    if key == "architectures" and value is not None and not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
        return "not names of classes"
    if key == "model_type" and inner and not isinstance(value, str):
        return "not a name"
    if key == "is_causal" and text:
        return None if value is True else "attention that sees later tokens is not supported for this family"
    if inner == "vision_config" and key in ("is_causal", "is_decoder", "add_cross_attention", "tie_last_hidden_states"):
        usual = value is None or value is False or key == "tie_last_hidden_states" and sweep.config["model_type"] != "idefics"
        return None if usual else "another computation, which transformers asks some families for only"
    if inner != "perceiver_config" and key == "quantization_config" and value is not None:
        return "quantized weights are not supported"
    if inner != "perceiver_config" and key in ("per_layer_config", "attribute_map", "pruned_heads") and value not in (None, {}):
        return "changes what other keys mean"
    return None


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def perceiver_refuses(keys, value, sweep):
    """Why this project refuses what the reference's Perceivers answer."""
    video = sweep.class_name == "PerceiverForMultimodalAutoencoding"
    if len(keys) > 1:
        return None
    key = next(iter(keys))
    if key == "num_blocks" and value == -1:
        return "not a number of layers"
    if key == "cross_attention_shape_for_attention" and value not in ("q", "kv"):
        return "not a shape"
    if key == "architectures" and value == ["BertModel"]:
        return "names a class with another head"
    if key in PERCEIVER_KEYS and is_whole(value) and abs(value) >= 1 << 31:
        return "out of range"
    if key == "train_size" and len(value) != 2:
        return "not height and width"
    if key == "train_size" and sweep.class_name == "PerceiverForOpticalFlow" and value != sweep.config[key]:
        return "pictures of another height and width"
    if key == "output_shape" and len(value) != 4:
        return "not batch, frames, height and width"
    if key == "image_size" and (value == [] or video and is_whole(value) and value <= 0):
        return "not a size"
    if key in ("num_frames", "audio_samples_per_frame", "samples_per_patch", "output_shape") and video:
        return "asks for points that there are not" if sweep.asks_beyond(key, value) else None
    return None


def watching(config_class):
    """The names of all attributes that are read, or looked for, while the function given runs."""
    names = set()
    original = config_class.__getattribute__

    def watched(self, name):
        names.add(name)
        return original(self, name)

    def run(function):
        config_class.__getattribute__ = watched
        try:
            function()
        finally:
            config_class.__getattribute__ = original
        return names

    return run


class Sweep:
    def __init__(self, fixture, class_name, folder):
        self.fixture, self.class_name, self.folder = fixture, class_name, folder
        source = FOLDER / "fixtures" / fixture
        self.config = json.loads((source / "config.json").read_text()) | {"architectures": [class_name]}
        weights = source / "model.safetensors"
        (folder / weights.name).write_bytes(packed.read(weights))
        fed = load(packed.read(source / "expected.safetensors"))
        self.inputs = {key.removeprefix("in."): value for key, value in fed.items() if key.startswith("in.")}
        if class_name == "PerceiverForMultimodalAutoencoding":
            self.inputs = self.mappings(("inputs", "subsampled_output_points"))
        if self.is_mixed():
            self.inputs = {key: value[:1] for key, value in self.inputs.items()}
        elif "pixel_values" in self.inputs:
            self.inputs["pixel_values"] = self.inputs["pixel_values"][:1]
        self.auto = self.auto_class()
        self.missing_anyway = set()
        self.outputs, self.missing_anyway = self.load_and_run(self.config)
        assert self.class_name == "DeiTModel" or not self.missing_anyway, self.missing_anyway

    def mappings(self, names):
        """The inputs that are mappings, by modality."""
        return {
            name: {key.removeprefix(name + "."): value for key, value in self.inputs.items() if key.startswith(name + ".")}
            for name in names
        }

    def auto_class(self):
        head = self.class_name[self.class_name.find("For") :] if "For" in self.class_name else ""
        if head == "ForImageClassificationWithTeacher":
            return transformers.DeiTForImageClassificationWithTeacher
        if head in ("ForOpticalFlow", "ForMultimodalAutoencoding"):
            return getattr(transformers, self.class_name)
        if self.is_mixed():
            return transformers.AutoModelForImageTextToText
        if self.class_name.startswith("PerceiverForImage"):
            head = "ForImageClassification"  # of which it has three; `architectures` decides
        if self.class_name.startswith("CLIP"):
            return getattr(transformers, self.class_name)
        return getattr(transformers, "AutoModel" + head)

    def load_and_run(self, config):
        (self.folder / "config.json").write_text(json.dumps(config))
        model, info = self.auto.from_pretrained(self.folder, output_loading_info=True, dtype=torch.float32)
        with torch.inference_mode():
            output = model.eval()(**self.inputs, output_hidden_states=True, return_dict=True)
        if self.is_mixed():
            pictures = output.image_hidden_states  # of the class SmolVLM, with what the tower said
            pictures = pictures if isinstance(pictures, torch.Tensor) else pictures.pooler_output
            tensors = {"logits": output.logits[:1], "image_hidden_states": pictures[None]}
            return {key: self.some(value) for key, value in tensors.items()}, set(info["missing_keys"])
        tensors = {key: value for key, value in output.items() if isinstance(value, torch.Tensor)}
        for key, value in output.items():
            if isinstance(value, dict):
                tensors |= {f"{key}.{modality}": tensor for modality, tensor in value.items()}
        if output.hidden_states:
            tensors["hidden_states"] = output.hidden_states[-1]
        if self.class_name == "DeiTModel":
            tensors.pop("pooler_output", None)
        if self.class_name.endswith("WithTeacher"):
            tensors = {key: tensors[key] for key in ("logits", "hidden_states")}
        return {key: self.some(self.real(value[0])) for key, value in tensors.items()}, set(info["missing_keys"])

    def real(self, tensor):
        """Without padding, if it has a row for each token."""
        mask = self.inputs.get("attention_mask")
        if mask is not None and mask.dim() == 2 and tensor.shape[0] == mask.shape[1]:
            return tensor[mask[0] == 1]
        return tensor

    @staticmethod
    def some(tensor):
        flat = tensor.double().flatten()
        spread = [i * (len(flat) - 1) // (ELEMENTS - 1) for i in range(ELEMENTS)]
        return [float(f"{flat[i]:.7g}") for i in sorted(set(spread))]

    def config_class(self, inner=None):
        kind = self.config["model_type"]
        return INNER[kind][inner] if inner else CONFIGS[kind]

    def keys(self, inner=None):
        config_class = self.config_class(inner)
        if self.is_mixed():
            inherited = {field.name for field in dataclasses.fields(transformers.PreTrainedConfig)}
            own = {field.name for field in dataclasses.fields(config_class)} - inherited
            given = set(self.config[inner] if inner else self.config)
            return sorted(own | given | set(config_class.attribute_map) | FURTHER_MIXED_KEYS)
        if self.config["model_type"] in OF_OWN_KEYS:
            inherited = {field.name for field in dataclasses.fields(transformers.PreTrainedConfig)}
            own = {field.name for field in dataclasses.fields(config_class)} - inherited
            keys = own | set(self.config) | set(config_class.attribute_map) | FURTHER_MIXED_KEYS - NOT_OF_OTHERS
            keys |= KEYS_OF_FAMILIES.get(self.config["model_type"], set())
            return sorted(keys - {"transformers_version"} - ({"model_type"} if self.auto.__name__ == self.class_name else set()))
        watched = watching(config_class)(lambda: self.load_and_run(self.config))
        plain = {name for name in watched if not name.startswith("__") and not callable(getattr(config_class, name, None))}
        fields = {field.name for field in dataclasses.fields(config_class)}
        keys = fields | set(config_class.attribute_map) | plain | set(self.config) | HEAD_KEYS
        keys |= KEYS_OF_FAMILIES.get(self.config["model_type"], set())
        if self.class_name.endswith("Model"):
            keys |= set(FURTHER_KEYS)
        # An argument of the function that this script calls; and a class that is called by its own name needs no model_type.
        keys.discard("output_loading_info")
        if self.auto.__name__ == self.class_name:
            keys.discard("model_type")
        return sorted(keys)

    def values(self, key, inner=None):
        config_class = self.config_class(inner)
        config = self.config[inner] if inner else self.config
        original = config_class.attribute_map.get(key, key)
        default = config.get(original, getattr(config_class, original, None))
        if isinstance(default, property) or callable(default):
            default = None
        if isinstance(default, set):
            default = sorted(default)
        special = VALUES | VALUES_OF_FAMILIES.get(self.config["model_type"], {})
        values = [None, default] + special.get(key, [])
        if key in ("hidden_act", "activation", "activation_function", "pooler_act", "summary_activation", "hidden_activation", "classifier_activation"):
            values += ACTIVATIONS
        if key not in special or key in ("image_size", "patch_size", "mlp_ratio"):
            values += TYPES_OF_VALUES[type(default)]
        if isinstance(default, int) and not isinstance(default, bool):
            values += [default + 1, 2 * default, default - 1, default // 2]
        unique = {json.dumps(value): value for value in values}
        # A model that is too large for any machine is no question to ask.
        if self.config["model_type"] == "idefics" and key == "rms_norm_eps":
            unique.pop("0")  # stops the reference; here it is 0.0, which is asked too
        small = [value for value in unique.values() if not (isinstance(value, int) and abs(value) >= 10**9) or original not in config]
        return small

    def changes(self):
        every_key = (self.fixture, self.class_name) in EVERY_KEY
        for key in self.keys():
            of_heads = PERCEIVER_KEYS if self.config["model_type"] == "perceiver" else MIXED_KEYS if self.is_mixed() else HEAD_KEYS
            of_heads = KEYS_OF_FIXTURES.get(self.fixture) or of_heads | KEYS_OF_FAMILIES.get(self.config["model_type"], set())
            if every_key or key in of_heads or key.startswith("summary_"):
                yield from self.changes_of(key)
        for inner in INNER.get(self.config["model_type"], {}):
            for key in self.keys(inner):
                if every_key or key in MIXED_KEYS:
                    yield from ({"in": inner} | change for change in self.changes_of(key, inner))
        yield from self.changes_of_several(every_key)

    def changes_of(self, key, inner=None):
        """Of one key, and of its other name."""
        config = self.config[inner] if inner else self.config
        if key in config:
            yield {"unset": [key]}
        for value in self.values(key, inner):
            yield {"set": {key: value}}
        alias_of = self.config_class(inner).attribute_map.get(key)
        if alias_of in config:
            present, other = config[alias_of], max(1, config[alias_of] // 2)
            for value in (present, other, None):
                yield {"unset": [alias_of], "set": {key: value}}
                yield {"first": {key: value}}
                yield {"set": {alias_of: other, key: value}}
                yield {"first": {key: value}, "set": {alias_of: other}}
                yield {"set": {alias_of: None, key: value}}

    def changes_of_several(self, every_key):
        if self.config["model_type"] in OF_OWN_KEYS:
            yield {"set": {"rope_scaling": {"type": "linear", "factor": 2.0}, "rope_theta": 10.0}}
            return
        labels = {str(i): f"x{i}" for i in range(max(2, len(self.config.get("id2label") or {})))}
        count = len(labels)
        for number in (count, count + 1, count - 1, None):
            yield {"set": {"id2label": labels, "num_labels": number}}
            yield {"unset": ["id2label", "label2id"], "set": {"num_labels": number}}
            yield {"set": {"id2label": None, "label2id": None, "num_labels": number}}
            yield {"set": {"id2label": {"0": "only"}, "num_labels": number}}
        yield {"set": {"problem_type": "single_label_classification", "num_labels": 1, "id2label": None}}
        yield {"set": {"dtype": "float32", "torch_dtype": "nonsense"}}
        yield {"set": {"dtype": None, "torch_dtype": "nonsense"}}
        yield {"set": {"rope_scaling": {"type": "linear", "factor": 2.0}, "rope_theta": 10.0}}
        if self.config["model_type"] == "llama" and every_key:
            yield from self.changes_of_positions()
        yield {"set": {"is_decoder": True, "add_cross_attention": True}}

    def changes_of_positions(self):
        """Keys that tell the same, of older files and newer ones."""
        for scaling in (None, {}, LINEAR, YARN, {"type": "linear", "factor": 2.0, "rope_theta": 50.0}):
            for theta in (10.0, None):
                yield {"unset": ["rope_parameters"], "set": {"rope_scaling": scaling, "rope_theta": theta}}
                yield {"set": {"rope_scaling": scaling, "rope_theta": theta}}
            yield {"unset": ["rope_parameters"], "set": {"rope_scaling": scaling}}
            yield {"set": {"rope_scaling": scaling, "rope_parameters": {"rope_type": "default", "rope_theta": 10.0}}}
            yield {"set": {"rope_scaling": scaling, "rope_parameters": None}}
            yield {"set": {"rope_scaling": scaling, "rope_parameters": {}}}
        for inside in (LLAMA3, YARN):
            for outside in (4, 16, None):
                yield {"set": {"rope_parameters": inside, "original_max_position_embeddings": outside}}
                without = {key: value for key, value in inside.items() if key != "original_max_position_embeddings"}
                yield {"set": {"rope_parameters": without, "original_max_position_embeddings": outside}}
        for factor in (1.0, 0.5, None):
            yield {"set": {"rope_parameters": LINEAR, "partial_rotary_factor": factor}}
        for heads, keys, width in ((3, 1, 8), (6, 6, 4), (2, 2, 12), (1, 1, 24), (12, 12, 2), (24, 24, 1), (8, 8, 3), (3, 3, None), (3, None, 8)):
            yield {"set": {"num_attention_heads": heads, "num_key_value_heads": keys, "head_dim": width}}

    def changed(self, change):
        inner = change.get("in")
        config = self.config[inner] if inner else self.config
        config = dict(change.get("first", {})) | {k: v for k, v in config.items() if k not in change.get("first", {})}
        for key in change.get("unset", []):
            config.pop(key, None)
        config |= change.get("set", {})
        return self.config | {inner: config} if inner else config

    def verdict(self, change):
        config = self.changed(change)
        try:
            outputs, missing = self.load_and_run(config)
        except Exception as e:
            if os.environ.get("SHOW"):
                print(change, type(e).__name__, str(e).splitlines()[:2], file=sys.stderr)
            return "refuses"
        if missing - self.missing_anyway:
            return "draws"
        if any(value != value or abs(value) == float("inf") for values in outputs.values() for value in values):
            return {key: [str(value) for value in values] for key, values in outputs.items()}
        return "same" if self.same(outputs) else outputs

    def same(self, outputs):
        return outputs.keys() == self.outputs.keys() and all(
            len(values) == len(self.outputs[key])
            and all(abs(a - b) <= TOLERANCE * max(1, abs(b)) for a, b in zip(values, self.outputs[key]))
            for key, values in outputs.items()
        )

    def is_mixed(self):
        """Whether it reads pictures among words."""
        return self.config["model_type"] in INNER

    def is_vision(self):
        return "pixel_values" in self.inputs and not self.is_mixed()

    def labels(self):
        """How many the head has; none where there is no head, or one that has always as many."""
        if self.class_name.endswith(("ForSequenceClassification", "ForTokenClassification", "Autoencoding")) or "ForImage" in self.class_name:
            return len(self.config.get("id2label") or [0, 1])
        return None

    def asks_beyond(self, key, value):
        """Whether a video so changed has fewer places than are asked for."""
        sizes = self.config | {key: value}
        points = self.inputs["subsampled_output_points"]
        patches = sizes["num_frames"] * sizes["audio_samples_per_frame"] // sizes["samples_per_patch"]
        return max(points["audio"]) >= patches or max(points["image"]) >= math.prod(sizes["output_shape"][1:])

    @staticmethod
    def are_labels(value):
        named = isinstance(value, dict) and all(isinstance(v, (str, int)) for v in value.values())
        return named and all(key == "0" or key.isdecimal() and not key.startswith("0") for key in value)

    def otherwise(self, change, reference):
        """What this project is known to do otherwise with a change, and why."""
        members = change.get("set") or change.get("first")
        if not members and self.is_mixed():
            numbers = isinstance(reference, dict) and change["unset"][0] in ("qk_layer_norms", "use_resampler", "qk_layer_norms_perceiver")
            return "refuses: tensors of the file would be left out" if numbers else None
        if not members and isinstance(reference, dict) and change["unset"][0] in LEAVES_OUT.get(self.config["model_type"], ()):
            return "refuses: tensors of the file would be left out"
        if change.get("unset") == ["tie_word_embeddings"] and self.fixture == "debertav2/masked-own" and reference == "refuses":
            return "answers: this head scores with the embeddings, tied or not"
        if not members:
            unset = change.get("unset") == ["pad_token_id"] and reference == "refuses"
            return "answers: a batch without padding needs none" if unset else None
        keys = set(members)
        value = next(iter(members.values())) if len(keys) == 1 else members
        if reference in ("refuses", "draws"):
            why = answers_all_the_same(keys, value, change.get("unset"), self, change.get("in"))
            return why and "answers: " + why
        why = refuses_on_purpose(keys, value, reference, self, change.get("in"))
        return why and "refuses: " + why

    def rows(self):
        yield {"fixture": self.fixture, "class": self.class_name, "outputs": self.written(self.outputs)}
        for change in self.changes():
            yield self.row(change, self.verdict(change))

    def row(self, change, reference):
        here = self.otherwise(change, reference)
        if isinstance(reference, dict):
            reference = "differs" if here and here.startswith("refuses") else self.written(reference)
        return change | {"reference": reference} | ({"here": here} if here else {})

    @staticmethod
    def written(outputs):
        """As many digits as the test can tell apart."""
        return {key: [float(f"{v:.6g}") if isinstance(v, float) else v for v in values] for key, values in outputs.items()}


def main():
    transformers.logging.set_verbosity(transformers.logging.CRITICAL)
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(1)
    if "--maps" in sys.argv:
        for family, config_class in CONFIGS.items():
            print(json.dumps({family: config_class.attribute_map}))
        return
    out = FOLDER / "config-sweep.jsonl.gz"
    only = sys.argv[2:] if "--only" in sys.argv else list(CONFIGS)
    kept = read(out) if "--only" in sys.argv else {}
    with gzip.GzipFile(out, "wb", mtime=0) as table:
        for fixture, class_name in EVERY_KEY + KEYS_OF_HEADS:
            config = json.loads((FOLDER / "fixtures" / fixture / "config.json").read_text())
            lines = lines_of(fixture, class_name) if config["model_type"] in only else kept[fixture, class_name]
            table.write(b"".join(lines))
            print(fixture, class_name, file=sys.stderr, flush=True)


def lines_of(fixture, class_name):
    with tempfile.TemporaryDirectory() as folder:
        rows = Sweep(fixture, class_name, pathlib.Path(folder)).rows()
        return [(json.dumps(row, separators=(",", ":")) + "\n").encode() for row in rows]


def read(table):
    """The lines of a table that is there, by checkpoint."""
    lines = {}
    for line in gzip.decompress(table.read_bytes()).splitlines(keepends=True):
        row = json.loads(line)
        if "fixture" in row:
            checkpoint = row["fixture"], row["class"]
        lines.setdefault(checkpoint, []).append(line)
    return lines


if __name__ == "__main__":
    main()

package io.tesserae.fuzz;

import io.tesserae.engine.Engine;
import io.tesserae.families.Families;
import io.tesserae.family.Input;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.AutoModelForActing;
import io.tesserae.loaders.AutoModelForCausalLM;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.AutoModelForImageTextToText;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoModelForStreams;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * A config.json beside weights that are in order: every class of models is loaded with it. A config that does not fit the weights is
 * refused before memory is asked for, however large the model that it describes.
 */
public final class ConfigTarget implements FuzzTarget {

    private static final ConfigTarget TARGET = new ConfigTarget();

    /** More variants of a family's configurations than its smallest checkpoint has. */
    private static final List<String> OTHER_CHECKPOINTS =
            List.of("distilbert-sinusoidal-relu", "vit-classify", "dinov2-classify");

    /** Of config.json, in any family. */
    private static final List<String> KEYS = List.of(
            "model_type",
            "id2label",
            "label2id",
            "num_labels",
            "problem_type",
            "regression",
            "single_label_classification",
            "architectures",
            "dim",
            "n_layers",
            "n_heads",
            "hidden_dim",
            "vocab_size",
            "max_position_embeddings",
            "activation",
            "hidden_act",
            "gelu",
            "relu",
            "hidden_size",
            "num_hidden_layers",
            "num_attention_heads",
            "intermediate_size",
            "layer_norm_eps",
            "image_size",
            "patch_size",
            "num_channels",
            "qkv_bias",
            "mlp_ratio",
            "use_swiglu_ffn",
            "num_register_tokens",
            "pooler_output_size",
            "pooler_act",
            "head_dim",
            "quantization_config",
            "pruned_heads",
            "is_decoder",
            "n_embd",
            "n_layer",
            "n_head",
            "n_inner",
            "n_positions",
            "num_layers",
            "num_heads",
            "attention_types",
            "attention_layers",
            "global",
            "local",
            "window_size",
            "max_discrete_value",
            "max_continuous_size",
            "seq_len",
            "image_vocab_size",
            "num_groups",
            "num_res_channels",
            "max_local_position",
            "activation_function",
            "add_cross_attention",
            "scale_attn_by_inverse_layer_idx",
            "reorder_and_upcast_attn",
            "relative_attention_num_buckets",
            "text_config",
            "vision_config",
            "image_text_hidden_size",
            "encoder_hidden_size",
            "projection_dim",
            "encoder",
            "decoder",
            "cross_attention_hidden_size",
            "tie_word_embeddings",
            "bos_token_id",
            "eos_token_id",
            "pad_token_id",
            "sep_token_id",
            "decoder_start_token_id");

    /** Each loads a model and returns what closes it. */
    private static final List<BiFunction<ModelFiles, Engine, Runnable>> LOADERS = List.of(
            (files, engine) -> AutoModel.fromPretrained(files, engine)::close,
            (files, engine) -> AutoModelForSequenceClassification.fromPretrained(files, engine)::close,
            (files, engine) -> AutoVisionModel.fromPretrained(files, engine)::close,
            (files, engine) -> AutoModelForImageClassification.fromPretrained(files, engine)::close,
            (files, engine) -> AutoModelForCausalLM.fromPretrained(files, engine)::close,
            (files, engine) -> AutoModelForImageTextToText.fromPretrained(files, engine)::close,
            (files, engine) -> AutoModelForActing.fromPretrained(files, engine)::close,
            (files, engine) -> AutoModelForStreams.fromPretrained(files, engine)::close);

    private static final class Loaded {
        static final Engine ENGINE = Engine.builder().threads(1).build();

        /** By {@code model_type}, the weights of the smallest checkpoint; the input takes the place of its config.json. */
        static final Map<String, byte[]> WEIGHTS = new HashMap<>();

        static {
            TestData.smallestOfFamilies()
                    .forEach((modelType, checkpoint) -> WEIGHTS.put(modelType, weights(checkpoint)));
        }

        private static byte[] weights(String checkpoint) {
            try {
                return TestData.weights(checkpoint);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "config";
    }

    @Override
    public long read(byte[] input) throws IOException {
        PretrainedConfig config = PretrainedConfig.read(files(input, new byte[0]));
        config.label2id();
        byte[] weights = Loaded.WEIGHTS.get(config.modelType());
        ModelLoadingException refusal = null;
        for (var loader : LOADERS) {
            try {
                loader.apply(files(input, weights == null ? new byte[0] : weights), Loaded.ENGINE)
                        .run();
            } catch (ModelLoadingException e) {
                refusal = e; // whatever the family, one of the classes at least has to refuse
            }
        }
        if (refusal != null) {
            throw refusal;
        }
        return 0;
    }

    private static ModelFiles files(byte[] config, byte[] weights) {
        return ModelFiles.resources("input", name -> switch (name) {
            case "config.json" -> new ByteArrayInputStream(config);
            case "model.safetensors" -> new ByteArrayInputStream(weights);
            default -> null;
        });
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    /** The weights are loaded, for up to two of the classes: the constant. A label may be written with seven bytes. */
    @Override
    public Bound bound() {
        return new Bound(32 << 20, 256);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        Map<String, byte[]> seeds = TestData.everywhere("config.json");
        Set<String> wanted = new TreeSet<>(OTHER_CHECKPOINTS);
        wanted.addAll(TestData.smallestOfFamilies().values());
        seeds.keySet().retainAll(wanted);
        seeds.put("smallest", "{\"model_type\":\"distilbert\"}".getBytes(StandardCharsets.UTF_8));
        return seeds;
    }

    @Override
    public List<String> dictionary() {
        List<String> words = new ArrayList<>(KEYS);
        for (Input input : Input.values()) {
            words.addAll(Families.ALL.modelTypes(input));
        }
        return JsonWords.with(words.toArray(String[]::new));
    }

    @Override
    public int longestInput() {
        return 4 << 10;
    }
}

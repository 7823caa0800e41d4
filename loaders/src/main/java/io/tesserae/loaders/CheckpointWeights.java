package io.tesserae.loaders;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.StrictJson;
import io.tesserae.loaders.onnx.OnnxFile;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.TensorSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All tensors of a checkpoint, whether it is one safetensors file, or many (shards) with an index, or one ONNX file.
 *
 * <p>Looked for in the order of the reference: {@value #SINGLE_FILE}, then {@value #INDEX}; where there is neither, {@code model.onnx}
 * and {@code onnx/model.onnx}, whose initializers are the same tensors ({@link OnnxFile}). As there, all tensors of all
 * shards belong to the checkpoint, also those that the index does not mention. Beyond the reference, the index is held to
 * what it says: a shard is a file beside it, every tensor lies in the shard it is said to lie in, and in no other.
 *
 * <p>Reading is thread-safe, and leaves little of the files in memory: see {@link SafetensorsFile}. Short runs, such as the
 * rows of an embedding table, are cheap to read one by one.
 */
public final class CheckpointWeights implements TensorSource {

    static final String SINGLE_FILE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    /** Where exporters put a graph; its initializers are read where a checkpoint has no safetensors. */
    static final List<String> ONNX_FILES = List.of("model.onnx", "onnx/model.onnx");

    /** An index names every tensor once; a hundred bytes for each of a million. */
    private static final long INDEX_BYTE_LIMIT = 100_000_000;

    /** Each is an open file, and one more to ask a hub for. The largest published models have some 200. */
    static final int MOST_SHARDS = 1_000;

    private static final List<String> OTHER_FORMATS =
            List.of("pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "flax_model.msgpack");

    private final String where;
    private final List<? extends TensorSource> files;
    private final List<TensorEntry> entries;
    private final Map<String, ? extends TensorSource> fileOfTensor;

    private CheckpointWeights(
            String where,
            List<? extends TensorSource> files,
            List<TensorEntry> entries,
            Map<String, ? extends TensorSource> fileOfTensor) {
        this.where = where;
        this.files = files;
        this.entries = entries;
        this.fileOfTensor = fileOfTensor;
    }

    /**
     * Opens a checkpoint's weights; the files stay open until {@link #close()}.
     *
     * @throws ModelLoadingException if there are none in a format that is read, a file is not valid, or reading it fails
     */
    public static CheckpointWeights open(ModelFiles model) {
        Arguments.require(model, "model");
        try {
            return openFiles(model);
        } catch (IOException e) {
            throw unreadable(model, e);
        }
    }

    /** What is said where reading fails. */
    static ModelLoadingException unreadable(ModelFiles model, IOException failure) {
        String where = model.describe(mainFile(model));
        return failure instanceof ClosedByInterruptException
                ? new ModelLoadingException(
                        where + ": the thread that reads it was interrupted; load it again", failure)
                : new ModelLoadingException(where + ": " + failure.getMessage(), failure);
    }

    /** The file that tells of the weights: the one that would be wanted, where there is none. */
    static String mainFile(ModelFiles model) {
        return model.exists(SINGLE_FILE) || model.exists(INDEX)
                ? SINGLE_FILE
                : ONNX_FILES.stream().filter(model::exists).findFirst().orElse(SINGLE_FILE);
    }

    static CheckpointWeights openFiles(ModelFiles model) throws IOException {
        if (model.exists(SINGLE_FILE)) {
            return openAll(model, model.describe(SINGLE_FILE), Set.of(SINGLE_FILE), Map.of());
        }
        if (model.exists(INDEX)) {
            Map<String, String> shardOfTensor = readIndex(model);
            return openAll(model, model.describe(INDEX), names(shardOfTensor), shardOfTensor);
        }
        String onnx = mainFile(model);
        if (ONNX_FILES.contains(onnx)) {
            return openOnnx(model, onnx);
        }
        throw noWeights(model);
    }

    /** In the order of the files, and in each file in the order of the data. */
    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(fileOfTensor.keySet());
    }

    /** What the files' headers say about each tensor, in the order of {@link #names()}. */
    public List<TensorEntry> entries() {
        return entries;
    }

    @Override
    public long[] shape(String name) {
        return file(name).shape(name);
    }

    @Override
    public Precision precision(String name) {
        return file(name).precision(name);
    }

    @Override
    public void requireFloatingPoint(String name) {
        file(name).requireFloatingPoint(name);
    }

    @Override
    public void read(String name, long first, float[] destination, int offset, int count) {
        file(name).read(name, first, destination, offset, count);
    }

    @Override
    public String describe(String name) {
        Arguments.require(name, "name");
        TensorSource file = fileOfTensor.get(name);
        return file == null ? where + ": no tensor " + new JsonPrimitive(name) : file.describe(name);
    }

    @Override
    public void close() {
        files.forEach(TensorSource::close);
    }

    @Override
    public String toString() {
        return where;
    }

    private TensorSource file(String name) {
        Arguments.require(name, "name");
        TensorSource file = fileOfTensor.get(name);
        if (file == null) {
            throw new IllegalArgumentException(
                    describe(name) + " among the " + fileOfTensor.size() + " of this checkpoint");
        }
        return file;
    }

    private static CheckpointWeights openAll(
            ModelFiles model, String where, Set<String> names, Map<String, String> shardOfTensor) throws IOException {
        Map<String, SafetensorsFile> files = LinkedHashMap.newLinkedHashMap(names.size());
        try {
            for (String name : names) {
                if (!model.exists(name)) {
                    throw new ModelLoadingException(where + ": names the shard " + name
                            + ", which is not there; download the checkpoint again, with all its files");
                }
                files.put(name, openFile(model, name));
            }
            Map<String, SafetensorsFile> fileOfTensor = merge(where, files, shardOfTensor);
            List<SafetensorsFile> all = List.copyOf(files.values());
            List<TensorEntry> entries =
                    all.stream().flatMap(file -> file.entries().stream()).toList();
            return new CheckpointWeights(where, all, entries, fileOfTensor);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            files.values().forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static SafetensorsFile openFile(ModelFiles model, String name) throws IOException {
        Optional<Path> path = model.path(name);
        if (path.isPresent()) {
            try {
                return SafetensorsFile.open(path.get());
            } catch (ModelLoadingException e) {
                throw withRemedy(model, name, e);
            }
        }
        // What is not a file on disk is in memory already, and needs no arena that is ever closed.
        return SafetensorsFile.of(model.map(name, Arena.ofAuto()), model.describe(name));
    }

    private static CheckpointWeights openOnnx(ModelFiles model, String name) throws IOException {
        try {
            OnnxFile file = OnnxFile.open(model, name);
            Map<String, TensorSource> fileOfTensor = new LinkedHashMap<>();
            file.names().forEach(tensor -> fileOfTensor.put(tensor, file));
            return new CheckpointWeights(
                    model.describe(name), List.of(file), List.copyOf(file.entries()), fileOfTensor);
        } catch (ModelLoadingException e) {
            throw withRemedy(model, name, e);
        }
    }

    private static ModelLoadingException withRemedy(ModelFiles model, String name, ModelLoadingException e) {
        return model.remedy(name)
                .map(remedy -> new ModelLoadingException(e.getMessage() + ". " + remedy, e))
                .orElse(e);
    }

    private static Map<String, SafetensorsFile> merge(
            String where, Map<String, SafetensorsFile> files, Map<String, String> shardOfTensor) {
        Map<String, SafetensorsFile> merged = new LinkedHashMap<>();
        for (SafetensorsFile file : files.values()) {
            for (String tensor : file.names()) {
                SafetensorsFile other = merged.put(tensor, file);
                if (other != null) {
                    throw new ModelLoadingException(where + ": the tensor " + new JsonPrimitive(tensor)
                            + " is in two shards, " + other + " and " + file + "; expected it in one");
                }
            }
        }
        shardOfTensor.forEach((tensor, shard) -> {
            SafetensorsFile expected = files.get(shard);
            if (merged.get(tensor) != expected) {
                throw new ModelLoadingException(where + ": says that the tensor " + new JsonPrimitive(tensor)
                        + " is in " + shard + ", but it is "
                        + (merged.containsKey(tensor) ? "in " + merged.get(tensor) : "in none of the shards"));
            }
        });
        return merged;
    }

    /** The files that the index names, sorted. */
    static Set<String> shards(ModelFiles model) throws IOException {
        return names(readIndex(model));
    }

    private static Set<String> names(Map<String, String> shardOfTensor) {
        return new TreeSet<>(shardOfTensor.values());
    }

    /** Which shard holds which tensor, by the tensor's name. */
    private static Map<String, String> readIndex(ModelFiles model) throws IOException {
        String where = model.describe(INDEX);
        JsonObject index = StrictJson.parseObject(model.readText(INDEX, INDEX_BYTE_LIMIT), where);
        // Of no use here, but the reference does not load an index without it either.
        requireObject(index, "metadata", where);
        Map<String, String> shardOfTensor = new TreeMap<>();
        for (Map.Entry<String, JsonElement> mapping :
                requireObject(index, "weight_map", where).entrySet()) {
            if (!(mapping.getValue() instanceof JsonPrimitive shard) || !shard.isString()) {
                throw new ModelLoadingException(where + ": weight_map: expected a file's name for the tensor "
                        + new JsonPrimitive(mapping.getKey()) + ", found " + StrictJson.describe(mapping.getValue()));
            }
            shardOfTensor.put(mapping.getKey(), requirePlainName(shard, where));
        }
        if (shardOfTensor.isEmpty()) {
            throw new ModelLoadingException(where + ": weight_map: expected the checkpoint's tensors, found none");
        }
        int shards = names(shardOfTensor).size();
        if (shards > MOST_SHARDS) {
            throw new ModelLoadingException(
                    where + ": weight_map: expected at most " + MOST_SHARDS + " files, found " + shards);
        }
        return shardOfTensor;
    }

    private static JsonObject requireObject(JsonObject index, String key, String where) {
        if (index.get(key) instanceof JsonObject object) {
            return object;
        }
        throw new ModelLoadingException(
                where + ": " + key + ": expected an object, found " + StrictJson.describe(index.get(key)));
    }

    /** A name that stays in the checkpoint's folder on every system: visible ASCII without separators and drives. */
    private static String requirePlainName(JsonPrimitive shard, String where) {
        String name = shard.getAsString();
        boolean plain = !name.isBlank()
                && !name.equals(".")
                && !name.contains("..")
                && name.chars()
                        .allMatch(character -> character >= ' ' && character < 0x7F && "/\\:".indexOf(character) < 0);
        if (!plain) {
            throw new ModelLoadingException(
                    where + ": weight_map: expected the plain name of a file beside the index, found "
                            + StrictJson.describe(shard));
        }
        return name;
    }

    private static ModelLoadingException noWeights(ModelFiles model) {
        String expected = model.describe(SINGLE_FILE) + ": no such file, nor " + INDEX + " or model.onnx beside it";
        return OTHER_FORMATS.stream()
                .filter(model::exists)
                .findFirst()
                .map(other -> new ModelLoadingException(expected + ". There is " + other
                        + ", a format that this engine does not read (a pickle can run code). Convert the checkpoint once"
                        + " with Python: AutoModel.from_pretrained(folder).save_pretrained(folder), with the class that"
                        + " config.json names under architectures; or use a revision that has " + SINGLE_FILE))
                .orElseGet(() -> new ModelLoadingException(expected + "; expected the weights of a model"));
    }
}

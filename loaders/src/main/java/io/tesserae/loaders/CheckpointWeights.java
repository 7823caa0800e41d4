package io.tesserae.loaders;

import com.google.gson.JsonPrimitive;
import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.loaders.weights.ShardIndex;
import io.tesserae.loaders.weights.WeightFile;
import io.tesserae.loaders.weights.WeightFormat;
import io.tesserae.loaders.weights.WeightFormat.Place;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.TensorSource;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All tensors of a checkpoint, whether it is one safetensors file, or many (shards) with an index, or files of {@code torch.save}, or one
 * ONNX file.
 *
 * <p>Looked for in the order of {@link WeightFormat}, whose beginning is that of the reference: {@code model.safetensors} and its index,
 * {@code pytorch_model.bin} and its index, which are {@linkplain io.tesserae.loaders.torch.TorchFile read and not run}; where there is
 * none of them, {@code model.onnx} and {@code onnx/model.onnx}, whose initializers are the same tensors. As in the reference, all tensors
 * of all shards belong to the checkpoint, also those that the index does not mention. Beyond the reference, the index is held to what it
 * says: a shard is a file beside it, every tensor lies in the shard it is said to lie in, and in no other.
 *
 * <p>Reading is thread-safe, and leaves little of the files in memory, but for matrices that are stored turned round, as ONNX
 * files have them. Short runs, such as the rows of an embedding table, are cheap to read one by
 * one.
 */
public final class CheckpointWeights implements TensorSource {

    static final String SINGLE_FILE = WeightFormat.SAFETENSORS.files().getFirst();

    private static final List<String> OTHER_FORMATS = List.of("tf_model.h5", "flax_model.msgpack");

    private final String where;
    private final List<WeightFile> files;
    private final List<TensorEntry> entries;
    private final Map<String, WeightFile> fileOfTensor;

    private CheckpointWeights(String where, List<WeightFile> files, Map<String, WeightFile> fileOfTensor) {
        this.where = where;
        this.files = files;
        this.entries = files.stream().flatMap(file -> file.entries().stream()).toList();
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
        return WeightFormat.find(model).map(Place::file).orElse(SINGLE_FILE);
    }

    static CheckpointWeights openFiles(ModelFiles model) throws IOException {
        Place place = WeightFormat.find(model).orElseThrow(() -> noWeights(model));
        ShardIndex index = place.isIndex() ? ShardIndex.read(model, place.file()) : ShardIndex.NONE;
        return openAll(model, place, place.isIndex() ? index.shards() : Set.of(place.file()), index);
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
        WeightFile file = fileOfTensor.get(name);
        return file == null
                ? where + ": no tensor " + new JsonPrimitive(name)
                : file.tensors().describe(name);
    }

    @Override
    public void close() {
        files.forEach(WeightFile::close);
    }

    @Override
    public String toString() {
        return where;
    }

    private TensorSource file(String name) {
        Arguments.require(name, "name");
        WeightFile file = fileOfTensor.get(name);
        if (file == null) {
            throw new IllegalArgumentException(
                    describe(name) + " among the " + fileOfTensor.size() + " of this checkpoint");
        }
        return file.tensors();
    }

    private static CheckpointWeights openAll(ModelFiles model, Place place, Set<String> names, ShardIndex index)
            throws IOException {
        String where = model.describe(place.file());
        Map<String, WeightFile> files = LinkedHashMap.newLinkedHashMap(names.size());
        try {
            for (String name : names) {
                if (!model.exists(name)) {
                    throw new ModelLoadingException(where + ": names the shard " + name
                            + ", which is not there; download the checkpoint again, with all its files");
                }
                files.put(name, openFile(model, place, name));
            }
            Map<String, WeightFile> fileOfTensor = merge(where, files, index.shardOfTensor());
            return new CheckpointWeights(where, List.copyOf(files.values()), fileOfTensor);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            files.values().forEach(WeightFile::close);
            throw e;
        }
    }

    private static WeightFile openFile(ModelFiles model, Place place, String name) throws IOException {
        try {
            return place.open(model, name);
        } catch (ModelLoadingException e) {
            throw withRemedy(model, name, withAlternative(model, place, e));
        }
    }

    /**
     * Says of a file of torch what else there is. It is not read in silence: an exporter may have changed its weights, or have had those
     * of another day, and answers must not depend on which file could be read.
     */
    private static ModelLoadingException withAlternative(ModelFiles model, Place place, ModelLoadingException e) {
        return place.next(model)
                .filter(next -> place.format() == WeightFormat.TORCH)
                .map(next -> new ModelLoadingException(
                        e.getMessage() + ". There is " + next.file() + " too, which is read in a folder without "
                                + place.file(),
                        e))
                .orElse(e);
    }

    private static ModelLoadingException withRemedy(ModelFiles model, String name, ModelLoadingException e) {
        return model.remedy(name)
                .map(remedy -> new ModelLoadingException(e.getMessage() + ". " + remedy, e))
                .orElse(e);
    }

    private static Map<String, WeightFile> merge(
            String where, Map<String, WeightFile> files, Map<String, String> shardOfTensor) {
        Map<String, WeightFile> merged = new LinkedHashMap<>();
        for (WeightFile file : files.values()) {
            for (String tensor : file.tensors().names()) {
                WeightFile other = merged.put(tensor, file);
                if (other != null) {
                    throw new ModelLoadingException(where + ": the tensor " + new JsonPrimitive(tensor)
                            + " is in two shards, " + other + " and " + file + "; expected it in one");
                }
            }
        }
        shardOfTensor.forEach((tensor, shard) -> {
            WeightFile expected = files.get(shard);
            if (merged.get(tensor) != expected) {
                throw new ModelLoadingException(where + ": says that the tensor " + new JsonPrimitive(tensor)
                        + " is in " + shard + ", but it is "
                        + (merged.containsKey(tensor) ? "in " + merged.get(tensor) : "in none of the shards"));
            }
        });
        return merged;
    }

    private static ModelLoadingException noWeights(ModelFiles model) {
        String expected = model.describe(SINGLE_FILE) + ": no such file, nor pytorch_model.bin, an index of either, or"
                + " model.onnx beside it";
        return OTHER_FORMATS.stream()
                .filter(model::exists)
                .findFirst()
                .map(other -> new ModelLoadingException(expected + ". There is " + other
                        + ", a format that this engine does not read. Convert the checkpoint once"
                        + " with Python: AutoModel.from_pretrained(folder).save_pretrained(folder), with the class that"
                        + " config.json names under architectures; or use a revision that has " + SINGLE_FILE))
                .orElseGet(() -> new ModelLoadingException(expected + "; expected the weights of a model"));
    }
}

package io.tesserae.loaders.weights;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.StrictJson;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * In which of several files each tensor of a checkpoint is; of one form, whatever the format of those files.
 *
 * @param shardOfTensor the file's name by the tensor's
 */
public record ShardIndex(Map<String, String> shardOfTensor) {

    /** An index names every tensor once; a hundred bytes for each of a million. */
    private static final long BYTE_LIMIT = 100_000_000;

    /** Each is an open file, and one more to ask a hub for. The largest published models have some 200. */
    static final int MOST_SHARDS = 1_000;

    /** The index of weights that are in one file: it says nothing. */
    public static final ShardIndex NONE = new ShardIndex(Map.of());

    /** The files that it names, sorted. */
    public Set<String> shards() {
        return new TreeSet<>(shardOfTensor.values());
    }

    /**
     * Reads an index.
     *
     * @param file its name among the model's files
     * @throws ModelLoadingException if it is not valid, or names a file that is not beside it
     * @throws IOException if it cannot be read
     */
    public static ShardIndex read(ModelFiles model, String file) throws IOException {
        String where = model.describe(file);
        JsonObject index = StrictJson.parseObject(model.readText(file, BYTE_LIMIT), where);
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
        ShardIndex read = new ShardIndex(shardOfTensor);
        int shards = read.shards().size();
        if (shards > MOST_SHARDS) {
            throw new ModelLoadingException(
                    where + ": weight_map: expected at most " + MOST_SHARDS + " files, found " + shards);
        }
        return read;
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
}

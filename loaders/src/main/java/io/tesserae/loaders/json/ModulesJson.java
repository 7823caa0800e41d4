package io.tesserae.loaders.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.IOException;
import java.util.List;

/** Reads {@code modules.json}, in which sentence-transformers says of which parts a model consists, and where their files are. */
public final class ModulesJson {

    /** The file's name. */
    public static final String FILE = "modules.json";

    /** Sentence encoders have two to five. Each may cost files, questions to a hub, and sockets. */
    private static final int MOST_MODULES = 100;

    private static final long BYTE_LIMIT = 1 << 20;

    private ModulesJson() {}

    /**
     * The modules, in their order.
     *
     * @throws ModelLoadingException if it is not an array of at most 100 objects
     */
    public static List<JsonObjectReader> read(ModelFiles files) throws IOException {
        String where = files.describe(FILE);
        JsonElement modules = StrictJson.parse(files.readText(FILE, BYTE_LIMIT), where);
        if (!(modules instanceof JsonArray array)) {
            throw new ModelLoadingException(
                    where + ": expected an array of modules, found " + StrictJson.describe(modules));
        }
        if (array.size() > MOST_MODULES) {
            throw new ModelLoadingException(where + ": expected an array of modules, at most " + MOST_MODULES
                    + ", found " + StrictJson.describe(modules));
        }
        JsonObject root = new JsonObject();
        root.add("modules", array);
        return new JsonObjectReader(root, where, "").objects("modules");
    }

    /** As {@code 1_Pooling}: nothing that could lead elsewhere on any system. */
    public static void requirePlainFolder(JsonObjectReader module, String folder) {
        if (!folder.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")) {
            throw module.wrong(
                    "path",
                    "a plain folder's name, as 1_Pooling",
                    module.object().get("path"));
        }
    }
}

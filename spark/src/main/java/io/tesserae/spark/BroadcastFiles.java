package io.tesserae.spark;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * A checkpoint that Spark carried here. Its weights are read where Spark unpacked them: a copy for the engine would double what a model
 * takes of the executor's heap.
 *
 * @param content bytes by name; nobody writes to them
 * @param text the same files, for those that are read as text
 */
record BroadcastFiles(Map<String, byte[]> content, ModelFiles text) implements ModelFiles {

    /**
     * Files of these names and bytes.
     *
     * @param where what error messages call the place
     */
    static BroadcastFiles of(String where, Map<String, byte[]> content) {
        return new BroadcastFiles(content, ModelFiles.resources(where, name -> {
            byte[] bytes = content.get(name);
            return bytes == null ? null : new ByteArrayInputStream(bytes);
        }));
    }

    @Override
    public boolean exists(String name) {
        return content.containsKey(name);
    }

    @Override
    public String readText(String name, long byteLimit) throws IOException {
        return text.readText(name, byteLimit);
    }

    @Override
    public MemorySegment map(String name, Arena arena) {
        byte[] bytes = content.get(name);
        if (bytes == null) {
            throw new ModelLoadingException(describe(name) + ": no such file");
        }
        return MemorySegment.ofArray(bytes).asReadOnly();
    }

    @Override
    public String describe(String name) {
        return text.describe(name);
    }
}

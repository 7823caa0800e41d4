package io.tesserae.loaders.files;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files in a folder of a checkpoint, as if they were one by themselves: a module of a sentence encoder.
 *
 * @param files the whole checkpoint's
 * @param folder a plain name
 */
record FolderOfFiles(ModelFiles files, String folder) implements ModelFiles {

    @Override
    public boolean exists(String name) {
        return files.exists(below(name));
    }

    @Override
    public String readText(String name, long byteLimit) throws IOException {
        return files.readText(below(name), byteLimit);
    }

    @Override
    public MemorySegment map(String name, Arena arena) throws IOException {
        return files.map(below(name), arena);
    }

    @Override
    public Optional<Path> path(String name) {
        return files.path(below(name));
    }

    @Override
    public String describe(String name) {
        return files.describe(below(name));
    }

    @Override
    public Optional<String> remedy(String name) {
        return files.remedy(below(name));
    }

    private String below(String name) {
        return folder + "/" + name;
    }
}

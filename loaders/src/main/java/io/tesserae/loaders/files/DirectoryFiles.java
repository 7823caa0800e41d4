package io.tesserae.loaders.files;

import io.tesserae.loaders.system.FileKind;
import io.tesserae.loaders.system.MemoryLimit;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A checkpoint that lies in a folder, of this machine or of any other file system. */
record DirectoryFiles(Path directory) implements ModelFiles {

    DirectoryFiles {
        if (!Files.isDirectory(directory)) {
            throw new ModelLoadingException(directory + ": "
                    + (Files.exists(directory) ? "not a folder; a model is a folder" : "no such folder; expected one")
                    + " that holds config.json, model.safetensors and the tokenizer's files");
        }
    }

    @Override
    public boolean exists(String name) {
        return path(name).isPresent();
    }

    @Override
    public String readText(String name, long byteLimit) throws IOException {
        try (InputStream in = Files.newInputStream(require(name))) {
            return StrictText.read(in, byteLimit, describe(name));
        } catch (OutOfMemoryError e) {
            throw new ModelLoadingException(
                    describe(name) + ": not enough memory to read it; " + MemoryLimit.advice(e), e);
        }
    }

    @Override
    public MemorySegment map(String name, Arena arena) throws IOException {
        return FileMemory.of(require(name), arena);
    }

    @Override
    public Optional<Path> path(String name) {
        Path path = resolve(name);
        FileKind.otherThanFile(path).ifPresent(kind -> {
            throw new ModelLoadingException(
                    path + ": expected a file, found " + kind + ". Remove it, or download the checkpoint again");
        });
        return Optional.of(path).filter(Files::isRegularFile);
    }

    @Override
    public String describe(String name) {
        try {
            return directory.resolve(name).toString();
        } catch (InvalidPathException e) {
            return directory + ": \"" + name + "\""; // whoever reads it will be told
        }
    }

    private Path require(String name) {
        return path(name).orElseThrow(() -> new ModelLoadingException(resolve(name) + ": no such file"));
    }

    /** Only the name is judged, not where links lead: in the hub's cache every file is a link out of its folder. */
    private Path resolve(String name) {
        Path relative;
        try {
            relative = Path.of(name).normalize();
        } catch (InvalidPathException e) {
            throw new ModelLoadingException(directory + ": not a file's name: " + e.getMessage(), e);
        }
        if (relative.isAbsolute() || relative.startsWith("..")) {
            throw new ModelLoadingException("the file name \"" + name + "\" leads out of " + directory);
        }
        Path path = directory;
        for (Path part : relative) {
            path = path.resolve(part.toString()); // as text: the folder may lie in another file system, a zip file say
        }
        return path;
    }
}

package io.tesserae.loaders.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/** A checkpoint that travels inside a jar. Small ones only: its bytes are read, not mapped. */
record ResourceFiles(String where, Function<String, InputStream> opener) implements ModelFiles {

    @Override
    public boolean exists(String name) {
        try (InputStream in = opener.apply(name)) {
            return in != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String readText(String name, long byteLimit) throws IOException {
        try (InputStream in = open(name)) {
            return StrictText.read(in, byteLimit, describe(name));
        }
    }

    @Override
    public MemorySegment map(String name, Arena arena) throws IOException {
        try (InputStream in = open(name)) {
            return MemorySegment.ofArray(in.readAllBytes()).asReadOnly();
        }
    }

    @Override
    public String describe(String name) {
        return where + ": " + name;
    }

    private InputStream open(String name) {
        InputStream in = opener.apply(name);
        if (in == null) {
            throw new ModelLoadingException(describe(name) + ": no such file");
        }
        return in;
    }
}

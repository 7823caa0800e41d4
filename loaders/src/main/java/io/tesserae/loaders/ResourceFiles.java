package io.tesserae.loaders;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A checkpoint that travels inside a jar. Small ones only: its bytes are read, not mapped. */
record ResourceFiles(Class<?> anchor, String path) implements ModelFiles {

    @Override
    public boolean exists(String name) {
        return anchor.getResource(path + "/" + name) != null;
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
        return "resource " + path + "/" + name;
    }

    private InputStream open(String name) {
        InputStream in = anchor.getResourceAsStream(path + "/" + name);
        if (in == null) {
            throw new ModelLoadingException(describe(name) + ": no such resource");
        }
        return in;
    }
}

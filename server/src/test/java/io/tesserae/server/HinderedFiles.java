package io.tesserae.server;

import io.tesserae.loaders.files.ModelFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A checkpoint whose weights wait for something, or are not to be had any more. */
record HinderedFiles(ModelFiles files, Hindrance hindrance) implements ModelFiles {

    /** Comes before weights are read. */
    interface Hindrance {
        void pass() throws IOException;
    }

    @Override
    public boolean exists(String name) {
        return files.exists(name);
    }

    @Override
    public String readText(String name, long byteLimit) throws IOException {
        return files.readText(name, byteLimit);
    }

    @Override
    public MemorySegment map(String name, Arena arena) throws IOException {
        hindrance.pass();
        return files.map(name, arena);
    }

    @Override
    public String describe(String name) {
        return files.describe(name);
    }
}

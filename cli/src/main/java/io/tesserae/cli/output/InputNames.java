package io.tesserae.cli.output;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** What the files are called that are written for an input: as the input, and no two alike. Not thread-safe. */
public final class InputNames {

    private final Set<String> taken = new HashSet<>();

    /** A name that no input before this one has. */
    public String unique(String name) {
        String candidate = name;
        for (int number = 2; !taken.add(candidate); number++) {
            candidate = name + "-" + number;
        }
        return candidate;
    }

    /** Likewise, for a file: its name without the ending. */
    public String ofFile(String file) {
        String fileName = Path.of(file).getFileName().toString();
        int dot = fileName.lastIndexOf('.');
        return unique(dot > 0 ? fileName.substring(0, dot) : fileName);
    }
}

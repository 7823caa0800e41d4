package io.tesserae.fuzz;

import io.tesserae.loaders.files.ModelFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Several files in one input: before each, a line {@code === } and its name. What stands before the first such line belongs to no
 * file. A text that a mutator can shift about, and a reader can read.
 */
record Bundle(Map<String, byte[]> files) {

    private static final byte[] MARK = "=== ".getBytes(StandardCharsets.ISO_8859_1);

    static Bundle parse(byte[] input) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        int mark = nextMark(input, 0);
        while (mark < input.length) {
            int nameEnd = lineEnd(input, mark);
            int next = nextMark(input, nameEnd);
            int start = Math.min(nameEnd + 1, next);
            // The line break before the next mark is the mark's.
            int end = next < input.length ? Math.max(start, next - 1) : next;
            String name =
                    new String(input, mark + MARK.length, nameEnd - mark - MARK.length, StandardCharsets.ISO_8859_1);
            files.put(name, Arrays.copyOfRange(input, start, end));
            mark = next;
        }
        return new Bundle(files);
    }

    static byte[] write(Map<String, byte[]> files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.forEach((name, bytes) -> {
            if (out.size() > 0) {
                out.write('\n');
            }
            out.writeBytes(MARK);
            out.writeBytes((name + "\n").getBytes(StandardCharsets.ISO_8859_1));
            out.writeBytes(bytes);
        });
        return out.toByteArray();
    }

    /** The files as a checkpoint; whatever name is not among them is absent. */
    ModelFiles modelFiles() {
        return ModelFiles.resources("input", name -> {
            byte[] bytes = files.get(name);
            return bytes == null ? null : new ByteArrayInputStream(bytes);
        });
    }

    private static int nextMark(byte[] input, int from) {
        for (int at = from; at <= input.length - MARK.length; at++) {
            boolean lineBegins = at == 0 || input[at - 1] == '\n';
            if (lineBegins && Arrays.equals(input, at, at + MARK.length, MARK, 0, MARK.length)) {
                return at;
            }
        }
        return input.length;
    }

    private static int lineEnd(byte[] input, int from) {
        int end = from;
        while (end < input.length && input[end] != '\n') {
            end++;
        }
        return end;
    }
}
